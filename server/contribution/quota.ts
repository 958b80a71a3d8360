import { and, eq, ne, sql } from "drizzle-orm";
import type { DatabaseOrTransaction, Transaction } from "@/db/client";
import { contributions, uploads } from "@/db/schema";
import { AppError } from "@/server/errors";

/** A file of a person: their account, and the upload whose own bytes are counted apart. */
type Of = { accountId: string; uploadId?: string };

/** Bytes that a person's files take: their contributions, mended files among them, and what has arrived of unfinished uploads, but for `uploadId`. */
export async function usedBytes(db: DatabaseOrTransaction, { accountId, uploadId }: Of): Promise<number> {
  const mended = sql`(select coalesce(sum((one ->> 'bytes')::bigint), 0)
    from jsonb_array_elements(coalesce(${contributions.inspection} -> 'mended', '[]')) one)`;
  const [stored] = await db
    .select({ bytes: sql<string>`coalesce(sum(${contributions.fileBytes} + ${mended}), 0)` })
    .from(contributions)
    .where(eq(contributions.contributorId, accountId));
  const [sending] = await db
    .select({ bytes: sql<string>`coalesce(sum(${uploads.offsetBytes}), 0)` })
    .from(uploads)
    .where(
      and(
        eq(uploads.accountId, accountId),
        eq(uploads.status, "sending"),
        uploadId === undefined ? undefined : ne(uploads.id, uploadId),
      ),
    );
  return Number(stored!.bytes) + Number(sending!.bytes);
}

/** Error: QUOTA (413) where `bytes` more do not fit beside what the person has already. */
export async function requireRoom(
  db: DatabaseOrTransaction,
  of: Of,
  bytes: number,
  quotaBytes: number,
): Promise<void> {
  const used = await usedBytes(db, of);
  if (used + bytes > quotaBytes) throw quotaError(used, quotaBytes);
}

/** The same for good: until the transaction ends no other file of the person is counted. */
export async function chargeRoom(tx: Transaction, of: Of, bytes: number, quotaBytes: number): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`quota:${of.accountId}`}, 0))`);
  await requireRoom(tx, of, bytes, quotaBytes);
}

export function quotaError(used: number, quotaBytes: number): AppError {
  return new AppError(
    "PAYLOAD_TOO_LARGE",
    "QUOTA",
    `${ofQuota(used, quotaBytes)} used: there is no room for this file.`,
    "Discard contributions that you have not submitted, or ask the operator to raise STORAGE_QUOTA_BYTES.",
  );
}

/** "19.9 of 20.0 GB": in the unit of the quota, the used part rounded down, so that a rest never reads as none. */
export function ofQuota(used: number, quotaBytes: number): string {
  const units = ["bytes", "KB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log10(quotaBytes) / 3), units.length - 1);
  const digits = power === 0 ? 0 : 1;
  const inUnit = (bytes: number) =>
    (Math.floor((bytes / 1000 ** power) * 10 ** digits) / 10 ** digits).toFixed(digits);
  return `${inUnit(used)} of ${inUnit(quotaBytes)} ${units[power]}`;
}
