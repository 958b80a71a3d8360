import type { SignedInContext } from "@/server/trpc";
import type { TusLimits, UploadState } from "./answer";
import { holdUpload, stopHolder } from "./hold";
import { finish, standing } from "./patch";
import { requireOwnUpload } from "./upload-row";

/**
 * How far an upload is. One whose last byte is here and whose contribution is not, because the process was killed in
 * between, becomes it now: the sender has nothing left to send.
 * Errors: NOT_FOUND (also for another person's), UPLOAD_GONE (410), those of `registerFile`.
 */
export async function getUpload(ctx: SignedInContext, id: string, limits: TusLimits): Promise<UploadState> {
  await requireOwnUpload(ctx.db, ctx, id);
  // A dead connection still has bytes to write down, which the offset should count.
  await stopHolder(id, { onlyDead: true });
  const row = await standing(ctx, await requireOwnUpload(ctx.db, ctx, id));
  if (row.status === "stored" || !row.sha256) return { row, contributionId: row.contributionId };
  return holdUpload(id, async () => {
    const held = await standing(ctx, await requireOwnUpload(ctx.db, ctx, id));
    if (held.status === "stored" || !held.sha256) return { row: held, contributionId: held.contributionId };
    return finish(ctx, held, held.sha256, limits);
  });
}
