import { AppError } from "@/server/errors";
import { requireRate } from "@/server/rate-limit";
import { fileTooLarge } from "@/server/storage/blob-store";
import type { SignedInContext } from "@/server/trpc";
import { cleanFileName } from "../file-name";
import { requireContributor } from "../policy";
import { requireRoom } from "../quota";
import { fileEmpty } from "../upload";
import type { TusLimits, UploadState } from "./answer";
import { readMetadata, requireBytes } from "./headers";
import { PART_TYPE, sendPart } from "./patch";
import { insertUpload, newUploadId } from "./upload-row";

const RATE = { name: "upload.create", limit: 600, windowMs: 60_000 };

/**
 * Starts an upload; bytes that come with the request are its first.
 * Errors: INPUT_INVALID, FILE_EMPTY (400), FILE_TOO_LARGE and QUOTA (413), NOT_MEMBER (403), RATE_LIMITED (429), and
 * those of `receive`.
 */
export async function createUpload(
  ctx: SignedInContext,
  request: Request,
  limits: TusLimits,
): Promise<UploadState> {
  requireRate(ctx, RATE);
  const { fileName, datanetId, taskId } = readMetadata(request.headers);
  const totalBytes = requireBytes(request.headers, "Upload-Length");
  if (totalBytes === 0) throw fileEmpty();
  if (totalBytes > limits.maxBytes) throw fileTooLarge(limits.maxBytes);
  await requireContributor(ctx, datanetId);
  await requireRoom(ctx.db, ctx.actor, totalBytes, limits.quotaBytes);
  const row = await insertUpload(ctx, {
    id: newUploadId(),
    datanetId,
    taskId,
    fileName: cleanFileName(fileName ?? ""),
    totalBytes,
  });
  if (request.headers.get("content-type") !== PART_TYPE) return { row, contributionId: null };
  try {
    return await sendPart(ctx, request, { id: row.id, offset: 0 }, limits);
  } catch (error) {
    // The upload is there and its address must be told, or its first bytes could never be followed by others.
    if (error instanceof AppError && error.code === "UPLOAD_CUT") return { row, contributionId: null };
    throw error;
  }
}
