import { createHash, type Hash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { uploads } from "@/db/schema";
import { AppError } from "@/server/errors";
import type { OpenPart } from "@/server/storage/part-store";
import type { SignedInContext } from "@/server/trpc";
import { chargeRoom, requireRoom } from "../quota";
import type { Checksum } from "./headers";
import { type Holder, keepHash, takeHash } from "./hold";
import { tooMuch, uploadCut, uploadGone, wrongChecksum } from "./problems";
import { type UploadRow, untilExpiry } from "./upload-row";

/** After so many bytes, or so long, what has arrived is written down as accepted. */
const ACCEPT_BYTES = 8_000_000;
const ACCEPT_MS = 1_000;
/** A connection that brings nothing for this long is cut. */
const SILENT_MS = 60_000;

export type Sent = {
  body: ReadableStream<Uint8Array> | null;
  checksum: Checksum | null;
  quotaBytes: number;
};

/**
 * Appends a body to an upload that stands at `row.offsetBytes` and is held. What arrived before a cut is kept; with a
 * checksum the body counts whole or not at all.
 * @returns the upload as it stands then; its `sha256` is set when all bytes are here and on the disk
 * Errors: UPLOAD_CUT, UPLOAD_CHECKSUM (460), FILE_TOO_LARGE and QUOTA (413), NO_SPACE (507), which ends the upload.
 */
export async function receive(
  ctx: SignedInContext,
  row: UploadRow,
  holder: Holder,
  sent: Sent,
): Promise<UploadRow> {
  // Asked before anything is read: a full account costs no work.
  await requireRoom(ctx.db, ofRow(row), row.offsetBytes + 1, sent.quotaBytes);
  const hash = takeHash(row.id, row.offsetBytes) ?? (await hashOnDisk(ctx, row));
  const part = await ctx.blobs.parts.open(row.id, row.offsetBytes).catch((error) => end(ctx, row, error));
  const progress: Progress = { row, hash, part, bytes: row.offsetBytes, acceptedAt: Date.now() };
  const before = hash.copy();
  try {
    return await take(ctx, progress, holder, sent);
  } catch (error) {
    if (error instanceof AppError && error.code === "NO_SPACE") return await end(ctx, row, error);
    const isWholeBody = WHOLE_BODY.has((error as AppError).code);
    const isUnmoved = progress.row.offsetBytes === row.offsetBytes;
    if (isWholeBody && !isUnmoved) await accept(ctx, progress, row.offsetBytes, sent);
    if (isWholeBody || isUnmoved) keepHash(row.id, { hash: before, offset: row.offsetBytes });
    // Of anything else the accepted bytes stay; the next request cuts off the rest.
    throw error;
  } finally {
    await part.close();
  }
}

/** After these nothing of the body counts. */
const WHOLE_BODY = new Set(["UPLOAD_CHECKSUM", "FILE_TOO_LARGE"]);

type Progress = { row: UploadRow; hash: Hash; part: OpenPart; bytes: number; acceptedAt: number };

const ofRow = (row: UploadRow) => ({ accountId: row.accountId, uploadId: row.id });

async function take(
  ctx: SignedInContext,
  progress: Progress,
  holder: Holder,
  sent: Sent,
): Promise<UploadRow> {
  const { row, part, hash } = progress;
  const digest = sent.checksum ? createHash(sent.checksum.algorithm) : null;
  let cut: Error | null = null;
  try {
    for await (const chunk of chunks(sent.body, holder)) {
      if (progress.bytes + chunk.byteLength > row.totalBytes) throw tooMuch(row.totalBytes, row.offsetBytes);
      await part.write(chunk, progress.bytes);
      hash.update(chunk);
      digest?.update(chunk);
      progress.bytes += chunk.byteLength;
      const isDue =
        progress.bytes - progress.row.offsetBytes >= ACCEPT_BYTES ||
        Date.now() - progress.acceptedAt >= ACCEPT_MS;
      if (isDue && !digest && progress.bytes < row.totalBytes)
        await accept(ctx, progress, progress.bytes, sent);
    }
  } catch (error) {
    if ((error as AppError).code !== "UPLOAD_CUT" || digest) throw error;
    cut = error as Error;
  }
  if (digest && !digest.digest().equals(sent.checksum!.digest)) throw wrongChecksum(row.offsetBytes);
  if (progress.bytes === row.totalBytes) {
    await part.sync();
    return accept(ctx, progress, progress.bytes, sent, hash.digest("hex"));
  }
  const accepted = await accept(ctx, progress, progress.bytes, sent);
  keepHash(row.id, { hash, offset: progress.bytes });
  if (cut) throw cut;
  return accepted;
}

/** Writes down how far the upload stands, if nobody else has moved or ended it. */
async function accept(
  ctx: SignedInContext,
  progress: Progress,
  offsetBytes: number,
  { quotaBytes }: Pick<Sent, "quotaBytes">,
  sha256?: string,
): Promise<UploadRow> {
  const { id, offsetBytes: last } = progress.row;
  const row = await ctx.db.transaction(async (tx) => {
    if (offsetBytes > last) await chargeRoom(tx, ofRow(progress.row), offsetBytes, quotaBytes);
    const [moved] = await tx
      .update(uploads)
      .set({ offsetBytes, sha256, expiresAt: untilExpiry })
      .where(and(eq(uploads.id, id), eq(uploads.status, "sending"), eq(uploads.offsetBytes, last)))
      .returning();
    return moved;
  });
  if (!row) throw uploadGone(null);
  progress.row = row;
  progress.acceptedAt = Date.now();
  return row;
}

/** A disk that is full ends the upload: its bytes go, and nothing of it counts for the quota. */
async function end(ctx: SignedInContext, row: UploadRow, error: unknown): Promise<never> {
  if (!(error instanceof AppError) || error.code !== "NO_SPACE") throw error;
  const { code, message, fix } = error;
  await ctx.blobs.parts.remove(row.id);
  await ctx.db
    .update(uploads)
    .set({ status: "failed", offsetBytes: 0, problem: { code, message, fix } })
    .where(and(eq(uploads.id, row.id), eq(uploads.status, "sending")));
  throw error;
}

/** After a restart: what is there is read once more. */
async function hashOnDisk(ctx: SignedInContext, row: UploadRow): Promise<Hash> {
  const hash = createHash("sha256");
  if (row.offsetBytes === 0) return hash;
  for await (const chunk of ctx.blobs.parts.read(row.id, row.offsetBytes)) hash.update(chunk);
  return hash;
}

/** Ends with UPLOAD_CUT when the sender goes away, falls silent, or is stopped by whoever comes after. */
async function* chunks(body: ReadableStream<Uint8Array> | null, holder: Holder): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  let isStopped = false;
  holder.stop = () => {
    isStopped = true;
    reader.cancel().catch(() => {});
  };
  holder.lastByteAt = Date.now();
  const watch = setInterval(() => {
    if (Date.now() - holder.lastByteAt > SILENT_MS) holder.stop();
  }, SILENT_MS / 4);
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw uploadCut();
      });
      if (isStopped) throw uploadCut();
      if (done) return;
      holder.lastByteAt = Date.now();
      yield value;
    }
  } finally {
    clearInterval(watch);
    holder.stop = () => {};
    await reader.cancel().catch(() => {});
  }
}
