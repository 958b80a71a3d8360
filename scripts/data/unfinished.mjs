import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** Lies in a data folder while a restore fills it. */
export const UNFINISHED = "restore.unfinished";

/** A folder whose restore was cut off must not be taken for one with all its data. */
export function refuseUnfinished(dataDir) {
  if (existsSync(resolve(dataDir, UNFINISHED)))
    throw new Error(
      `A restore into ${dataDir} was cut off. Run it again: npm run factory -- restore --from BACKUP --data ${dataDir}`,
    );
}
