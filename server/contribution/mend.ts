import { and, eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction, Transaction } from "@/db/client";
import { contributions, findings, records, rowProblems, uploads } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { ReceivedFile } from "@/server/storage/blob-store";
import type { SignedInContext } from "@/server/trpc";
import { displayFileName } from "./file-name";
import { type Place, readMendedRows } from "./mended-rows";
import { requireOwnContribution } from "./policy";
import { chargeRoom, usedBytes } from "./quota";
import { notEditable, readAgain } from "./read-again";
import { lockBlob } from "./register";
import type { StoredInspection, StoredMend } from "./stored-inspection";
import { insertUpload, newUploadId } from "./tus/upload-row";
import { refuseIncomplete, type Upload, withinQuota } from "./upload";

/** All mended files of one contribution together: every reading holds their rows in memory. */
const MENDED_BYTES_MOST = 64_000_000;

export type Mend = { contributionId: string } & Omit<Upload, "datanetId" | "taskId">;

/**
 * Takes the file of "download only the bad rows" back: each of its rows replaces the row of the contribution that it
 * names, and the file is read anew so. The file and the mended ones are kept as they came; of two texts of one row the
 * later counts. Nothing changes where any row of it cannot be taken.
 * Errors: NOT_FOUND, NOT_EDITABLE and DUPLICATE_FILE (409), NOT_A_MENDED_FILE, MENDED_ROW_UNKNOWN, FILE_EMPTY,
 * UPLOAD_CUT and the intake's refusals (400), FILE_TOO_LARGE and QUOTA (413), RATE_LIMITED (429) while other files are checked, NO_SPACE (507).
 */
export async function mendContribution(
  ctx: SignedInContext,
  place: Place,
  mend: Mend,
): Promise<{ contributionId: string }> {
  const { contributionId, quotaBytes } = mend;
  const contribution = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  if (contribution.status !== "ready") throw notEditable();
  const inspection = (contribution.inspection ?? {}) as Partial<StoredInspection>;
  const before = (inspection.mended ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  const used = await usedBytes(ctx.db, ctx.actor);
  const maxBytes = Math.min(mend.maxBytes, MENDED_BYTES_MOST - before);
  const received = await ctx.blobs.receive(withinQuota(mend.content, used, quotaBytes), maxBytes);
  const { sha256, bytes } = received;
  const fileName = displayFileName(mend.fileName);
  const upload = { id: newUploadId(), datanetId: contribution.datanetId, fileName };
  try {
    refuseIncomplete(received, mend.declaredBytes);
    const rows = await listRows(place, received.file, fileName, inspection.columns ?? []);
    await requireMendable(ctx.db, contributionId, rows);
    // Written down before the file takes its name: a kill in between leaves nothing that the sweeper cannot find.
    await insertUpload(ctx, { ...upload, totalBytes: bytes, offsetBytes: bytes, sha256 });
    const stored = { sha256, fileName, bytes, rows: rows.length, at: new Date().toISOString() };
    await ctx.db.transaction((tx) =>
      store(tx, ctx, { contributionId, received, stored, upload, quotaBytes }),
    );
  } catch (error) {
    await ctx.db.update(uploads).set({ status: "failed" }).where(eq(uploads.id, upload.id));
    await ctx.blobs.drop(received.file);
    throw error;
  }
  return { contributionId };
}

/** The numbers of the rows that the file replaces. */
async function listRows(
  place: Place,
  file: string,
  name: string,
  columns: readonly string[],
): Promise<number[]> {
  const found = await readMendedRows(place, file, name);
  if (!found.columns.some((column) => columns.includes(column))) throw ofAnotherFile(columns);
  return found.rows.map(({ row }) => row);
}

/** Only rows that are set aside, or that were mended or repaired: a slip in a number never changes a row kept as it is. */
async function requireMendable(
  db: DatabaseOrTransaction,
  contributionId: string,
  rows: number[],
): Promise<void> {
  const { rows: unknown } = await db.execute<{ row: number; is_kept: boolean }>(sql`
    select t.row, exists (
      select 1 from ${records} where contribution_id = ${contributionId} and row_number = t.row) as is_kept
    from unnest(${sql.param(rows)}::int[]) t(row)
    where not exists (
      select 1 from ${rowProblems} where contribution_id = ${contributionId} and row = t.row)
    and not exists (
      select 1 from ${findings} where contribution_id = ${contributionId} and row = t.row and code = 'REPAIRED')
    order by t.row limit 1`);
  const [first] = unknown;
  if (first) throw rowUnknown(first.row, first.is_kept);
}

type ToStore = {
  contributionId: string;
  received: ReceivedFile;
  stored: StoredMend;
  upload: { id: string };
  quotaBytes: number;
};

async function store(tx: Transaction, ctx: SignedInContext, of: ToStore): Promise<void> {
  const { contributionId, received, stored, upload } = of;
  const { sha256, bytes, rows } = stored;
  const { accountId } = ctx.actor;
  await lockBlob(tx, sha256);
  await chargeRoom(tx, { accountId, uploadId: upload.id }, bytes, of.quotaBytes);
  const [row] = await tx
    .select({ inspection: contributions.inspection })
    .from(contributions)
    .where(and(eq(contributions.id, contributionId), eq(contributions.status, "ready")))
    .for("update");
  if (!row) throw notEditable();
  const before = (row.inspection as StoredInspection | null)?.mended ?? [];
  if (before.at(-1)?.sha256 === sha256) throw alreadyMended(stored.fileName);
  const mended = JSON.stringify({ mended: [...before, stored] });
  await readAgain(tx, contributionId, {
    inspection: sql`coalesce(${contributions.inspection}, '{}') || ${mended}::jsonb`,
  });
  await appendAudit(tx, {
    actorId: accountId,
    action: "contribution.mend",
    subject: `contribution:${contributionId}`,
    data: { sha256, bytes, rows },
  });
  await tx.update(uploads).set({ status: "stored", contributionId }).where(eq(uploads.id, upload.id));
  if (!(await ctx.blobs.adopt(received.file, sha256))) throw bytesGone();
}

const DOWNLOAD = 'Press "Download only the bad rows" again, and change the texts in that file.';

const ofAnotherFile = (columns: readonly string[]) =>
  new AppError(
    "BAD_REQUEST",
    "NOT_A_MENDED_FILE",
    `This is not a file of mended rows: it has none of the columns ${columns.slice(0, 12).join(", ")}.`,
    DOWNLOAD,
  );

const rowUnknown = (row: number, isKept: boolean) =>
  new AppError(
    "BAD_REQUEST",
    "MENDED_ROW_UNKNOWN",
    isKept
      ? `Row ${row.toLocaleString("en")} is kept as it stands in the file, so it is not replaced.`
      : `The file has no row ${row.toLocaleString("en")}.`,
    `Nothing was changed. ${DOWNLOAD}`,
  );

const alreadyMended = (fileName: string) =>
  new AppError(
    "CONFLICT",
    "DUPLICATE_FILE",
    `These mended rows have been taken already, as "${fileName}".`,
    "Choose another file, or go on with what was read.",
  );

const bytesGone = () =>
  new AppError(
    "CONFLICT",
    "UPLOAD_CUT",
    "The bytes that had arrived are no longer on the disk.",
    "Upload the mended file again.",
  );
