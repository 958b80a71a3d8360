import { env } from "@/env";
import type { Context } from "@/server/context";
import { readMap } from "@/server/embedding/queries";
import { datanetRole } from "./policy";

/** Where the Datanet's rows lie by what they ask, for whoever may read them. Error: NOT_FOUND. */
export async function getTopicMap(ctx: Context, datanetId: string, dataDir = env().DATA_DIR) {
  await datanetRole(ctx.db, ctx.actor, datanetId);
  return readMap(ctx, dataDir, datanetId);
}
