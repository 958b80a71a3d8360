import { eq } from "drizzle-orm";
import { uploads } from "@/db/schema";
import type { SignedInContext } from "@/server/trpc";
import { requireContributor } from "../policy";
import { registerFile } from "../register";
import type { TusLimits, UploadState } from "./answer";
import { readBytes, readChecksum, requireBytes } from "./headers";
import { holdUpload } from "./hold";
import { tooMuch, uploadGone, wrongContentType, wrongOffset } from "./problems";
import { receive } from "./receive";
import { requireOwnUpload, type UploadRow, wholeFileOf } from "./upload-row";

export const PART_TYPE = "application/offset+octet-stream";

/**
 * Appends the body to an upload; with its last byte it becomes a contribution.
 * Errors: NOT_FOUND (also for another person's), CONTENT_TYPE (415), UPLOAD_OFFSET (409, with the right one),
 * UPLOAD_BUSY (423), UPLOAD_GONE (410), those of `receive` and of `registerFile`.
 */
export function patchUpload(
  ctx: SignedInContext,
  request: Request,
  id: string,
  limits: TusLimits,
): Promise<UploadState> {
  if (request.headers.get("content-type") !== PART_TYPE) throw wrongContentType();
  const offset = requireBytes(request.headers, "Upload-Offset");
  return sendPart(ctx, request, { id, offset }, limits);
}

export async function sendPart(
  ctx: SignedInContext,
  request: Request,
  { id, offset }: { id: string; offset: number },
  limits: TusLimits,
): Promise<UploadState> {
  const checksum = readChecksum(request.headers);
  const declared = readBytes(request.headers, "Content-Length");
  // Before the lock: nobody learns of, or stops, another person's upload.
  await requireOwnUpload(ctx.db, ctx, id);
  return holdUpload(id, async (holder) => {
    const row = await standing(ctx, await requireOwnUpload(ctx.db, ctx, id));
    if (row.offsetBytes !== offset) throw wrongOffset(offset, row.offsetBytes);
    if (row.status === "stored") return { row, contributionId: row.contributionId };
    if (row.sha256) return finish(ctx, row, row.sha256, limits);
    if (declared !== null && offset + declared > row.totalBytes) throw tooMuch(row.totalBytes, offset);
    const { quotaBytes } = limits;
    const moved = await receive(ctx, row, holder, { body: request.body, checksum, quotaBytes });
    return moved.sha256 ? finish(ctx, moved, moved.sha256, limits) : { row: moved, contributionId: null };
  });
}

/**
 * An upload as it really stands: an operating system that died may have lost bytes that were accepted, and whoever sends
 * is told to send them again. Error: UPLOAD_GONE (410).
 */
export async function standing(ctx: SignedInContext, row: UploadRow): Promise<UploadRow> {
  if (row.status === "failed" || row.status === "expired") throw uploadGone(row.problem);
  if (row.status === "stored") return row;
  if (row.expiresAt < new Date()) throw uploadGone(null);
  const bytes = await ctx.blobs.parts.size(row.id);
  if (bytes >= row.offsetBytes) return row;
  if (row.sha256 && (await ctx.blobs.has(row.sha256))) return row;
  const [shorter] = await ctx.db
    .update(uploads)
    .set({ offsetBytes: bytes, sha256: null })
    .where(eq(uploads.id, row.id))
    .returning();
  return shorter ?? row;
}

/** All bytes are here. Also what goes on after a kill between the last byte and the contribution. */
export async function finish(
  ctx: SignedInContext,
  row: UploadRow,
  sha256: string,
  { quotaBytes }: TusLimits,
): Promise<UploadState> {
  await requireContributor(ctx, row.datanetId);
  const whole = wholeFileOf(row, sha256, ctx.blobs.parts.path(row.id));
  const { contributionId } = await registerFile(ctx, whole, quotaBytes);
  return { row: { ...row, status: "stored", contributionId }, contributionId };
}
