import { AppError } from "@/server/errors";
import type { StoredBlob } from "@/server/storage/blob-store";
import type { SignedInContext } from "@/server/trpc";
import { displayFileName } from "./file-name";
import { requireContributor } from "./policy";
import { quotaError, usedBytes } from "./quota";
import { registerFile } from "./register";
import { insertUpload, newUploadId } from "./tus/upload-row";

export type Upload = {
  datanetId: string;
  /** As the browser sent it, URI-encoded; null when it sent none. */
  fileName: string | null;
  content: AsyncIterable<Uint8Array>;
  /** What Content-Length promised; null when it promised nothing. */
  declaredBytes: number | null;
  maxBytes: number;
  /** The most that all files of the person may take. */
  quotaBytes: number;
  /** The task that these examples are written for; null for a file of one's own accord. */
  taskId?: string | null;
};

/**
 * Stores a file that comes in one piece while counting its bytes, and starts reading it. Nothing is kept of a file that
 * is refused.
 * Errors: NOT_MEMBER (403), NOT_FOUND for the task, FILE_TOO_LARGE and QUOTA (413), FILE_EMPTY and UPLOAD_CUT (400),
 * DUPLICATE_FILE (409), NO_SPACE (507).
 */
export async function uploadContribution(
  ctx: SignedInContext,
  upload: Upload,
): Promise<{ contributionId: string }> {
  const { datanetId, quotaBytes } = upload;
  await requireContributor(ctx, datanetId);
  const used = await usedBytes(ctx.db, ctx.actor);
  const content = withinQuota(upload.content, used, quotaBytes);
  const received = await ctx.blobs.receive(content, upload.maxBytes);
  const { sha256, bytes } = received;
  const row = {
    id: newUploadId(),
    datanetId,
    taskId: upload.taskId ?? null,
    fileName: displayFileName(upload.fileName),
  };
  try {
    refuseIncomplete(received, upload.declaredBytes);
    // Written down before the file takes its name: a kill in between leaves nothing that the sweeper cannot find.
    await insertUpload(ctx, { ...row, totalBytes: bytes, offsetBytes: bytes, sha256 });
  } catch (error) {
    await ctx.blobs.drop(received.file);
    throw error;
  }
  return registerFile(ctx, { ...received, ...row, uploadId: row.id }, quotaBytes);
}

/** Stops with QUOTA as soon as the bytes pass what is left of it. */
export async function* withinQuota(content: AsyncIterable<Uint8Array>, used: number, quotaBytes: number) {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (used + bytes > quotaBytes) throw quotaError(used, quotaBytes);
    yield chunk;
  }
}

export function refuseIncomplete(blob: StoredBlob, declaredBytes: number | null): void {
  if (declaredBytes !== null && blob.bytes !== declaredBytes) {
    throw new AppError(
      "BAD_REQUEST",
      "UPLOAD_CUT",
      `${blob.bytes.toLocaleString("en")} of ${declaredBytes.toLocaleString("en")} bytes arrived.`,
      "Upload the file again; nothing was kept of it.",
    );
  }
  if (blob.bytes === 0) throw fileEmpty();
}

export const fileEmpty = () =>
  new AppError(
    "BAD_REQUEST",
    "FILE_EMPTY",
    "The file has 0 bytes.",
    "Export it again and check that it holds one example per row, then choose it once more.",
  );
