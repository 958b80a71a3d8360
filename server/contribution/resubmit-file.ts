import { sql } from "drizzle-orm";
import type { RowTexts } from "@/db/schema/review";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { displayFileName } from "./file-name";
import { LIMITS } from "./intake/limits";
import { ROLES } from "./intake/mapping";
import type { MendedRow } from "./intake/mended";
import type { Mend } from "./mend";
import { DOWNLOAD_AGAIN, type Place, readMendedRows } from "./mended-rows";
import { requireOwnContribution } from "./policy";
import { resubmitRow } from "./resubmit-row";
import type { Resubmission } from "./schemas";
import { refuseIncomplete } from "./upload";

const MOST_BYTES = 64_000_000;
/** Each row is a decision that was made by hand, and each is checked anew. */
const MOST_ROWS = 10_000;

/**
 * Takes the file of "rows to mend" back: each row of it that was changed goes to the validators as its next revision,
 * each on its own, so that one that cannot be taken holds up no other. The file itself is not kept: every text of it that counts
 * is a revision.
 * Errors: NOT_FOUND, NOT_A_MENDED_FILE, FILE_EMPTY, UPLOAD_CUT, TOO_MANY_ROWS and the intake's refusals (400), FILE_TOO_LARGE
 * (413), RATE_LIMITED (429), NO_SPACE (507).
 */
export async function resubmitFile(
  ctx: SignedInContext,
  place: Place,
  mend: Omit<Mend, "quotaBytes">,
): Promise<Resubmission> {
  const { contributionId } = mend;
  await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const received = await ctx.blobs.receive(mend.content, Math.min(mend.maxBytes, MOST_BYTES));
  try {
    refuseIncomplete(received, mend.declaredBytes);
    const found = await readMendedRows(place, received.file, displayFileName(mend.fileName));
    if (!ROLES.some((role) => found.columns.includes(role))) throw noColumns();
    if (found.rows.length > MOST_ROWS) throw tooMany();
    const waiting = await waitingRows(ctx, contributionId);
    const result: Resubmission = { contributionId, resubmitted: 0, unchanged: 0, refused: [] };
    for (const row of found.rows) await take(ctx, waiting.get(row.row), row, result);
    return result;
  } finally {
    await ctx.blobs.drop(received.file);
  }
}

type Waiting = RowTexts & { recordId: string; rowNumber: number };

async function waitingRows(ctx: SignedInContext, contributionId: string): Promise<Map<number, Waiting>> {
  const { rows } = await ctx.db.execute<Waiting>(sql`
    select id as "recordId", row_number as "rowNumber", prompt, answer, system, category, source
    from records where contribution_id = ${contributionId} and status in ('sent_back', 'rejected')`);
  return new Map(rows.map((row) => [row.rowNumber, row]));
}

async function take(
  ctx: SignedInContext,
  before: Waiting | undefined,
  { row, cells }: MendedRow,
  result: Resubmission,
): Promise<void> {
  if (!before) {
    result.refused.push({
      row,
      code: "MENDED_ROW_UNKNOWN",
      message: `Row ${row.toLocaleString("en")} does not wait to be mended.`,
      fix: DOWNLOAD_AGAIN,
    });
    return;
  }
  const texts = Object.fromEntries(ROLES.map((role) => [role, cells[role] ?? before[role]])) as RowTexts;
  if (ROLES.every((role) => texts[role] === before[role])) {
    result.unchanged += 1;
    return;
  }
  try {
    requireSize(row, texts);
    await resubmitRow(ctx, { recordId: before.recordId, texts });
    result.resubmitted += 1;
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    result.refused.push({ row, code: error.code, message: error.message, fix: error.fix });
  }
}

function requireSize(row: number, texts: RowTexts): void {
  const column = ROLES.find((role) => Buffer.byteLength(texts[role]) > LIMITS.cellBytes);
  if (column)
    throw new AppError(
      "BAD_REQUEST",
      "CELL_TOO_LARGE",
      `Row ${row}, column "${column}" is too large (max 64 KB).`,
      "Shorten it.",
    );
}

const noColumns = () =>
  new AppError(
    "BAD_REQUEST",
    "NOT_A_MENDED_FILE",
    `This is not a file of rows to mend: it has none of the columns ${ROLES.join(", ")}.`,
    DOWNLOAD_AGAIN,
  );

const tooMany = () =>
  new AppError(
    "BAD_REQUEST",
    "TOO_MANY_ROWS",
    `More than ${MOST_ROWS.toLocaleString("en")} rows; so many are mended in one file at most.`,
    "Split the file, and upload one part after another.",
  );
