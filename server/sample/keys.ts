import { mkdir, open, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { newKey } from "@/server/chain/key-wallet";
import { SAMPLES } from "./catalogue";

export type SampleKeys = Record<string, `0x${string}`>;

/**
 * Keys of the sample accounts, made once for a data folder and worth nothing: they sign on a local chain only. On the
 * disk before the first account is, so that a start killed in between finds the same accounts again.
 */
export async function loadSampleKeys(dataDir: string): Promise<SampleKeys> {
  const file = path.join(dataDir, "sample-keys.json");
  const known = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as SampleKeys,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    },
  );
  if (known) return known;
  const keys: SampleKeys = {};
  for (const { key, owner, validator, contributors } of Object.values(SAMPLES)) {
    for (const name of [owner, validator, ...contributors]) keys[`${key}/${name}`] = newKey();
  }
  await mkdir(dataDir, { recursive: true });
  const partial = `${file}.tmp`;
  const handle = await open(partial, "w", 0o600);
  await handle.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
  await handle.sync();
  await handle.close();
  await rename(partial, file);
  return keys;
}
