import { and, eq, ne } from "drizzle-orm";
import { uploads } from "@/db/schema";
import type { SignedInContext } from "@/server/trpc";
import { holdUpload, stopHolder } from "./hold";
import { uploadDone, uploadNotFound } from "./problems";
import { requireOwnUpload } from "./upload-row";

/** Ends an upload and deletes its bytes. Errors: NOT_FOUND (also for another person's), UPLOAD_DONE (409). */
export async function cancelUpload(ctx: SignedInContext, id: string): Promise<void> {
  await requireOwnUpload(ctx.db, ctx, id);
  await stopHolder(id);
  await holdUpload(id, async () => {
    const [row] = await ctx.db
      .delete(uploads)
      .where(and(eq(uploads.id, id), ne(uploads.status, "stored")))
      .returning({ id: uploads.id });
    await requireGone(ctx, id, row !== undefined);
    await ctx.blobs.parts.remove(id);
  });
}

async function requireGone(ctx: SignedInContext, id: string, isDeleted: boolean): Promise<void> {
  if (isDeleted) return;
  await requireOwnUpload(ctx.db, ctx, id).catch(() => {
    throw uploadNotFound();
  });
  throw uploadDone();
}
