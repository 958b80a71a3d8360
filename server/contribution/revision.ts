import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { datanets } from "@/db/schema";
import type { RowTexts } from "@/db/schema/review";
import { rowHash as hashOf } from "@/server/chain/hash";
import { requestEmbeddingOfRow } from "@/server/embedding/request";
import { AppError } from "@/server/errors";
import { checkRow, kindsInWords, type RowChecks } from "./health/check-row";
import { TRAINED_TOKENS } from "./health/report";
import { problem } from "./intake/codes";
import { type ColumnMapping, ROLES } from "./intake/mapping";
import { type IntakeRow, toRow } from "./intake/rows";

/** The row that is mended, with its texts as they were. */
export type RowToMend = RowTexts & { datanetId: string; contributionId: string; rowNumber: number };
/** How a row that comes from no file is checked. */
export const CHECKS: RowChecks = { mapping: {}, contextTokens: TRAINED_TOKENS };
export type Mended = { texts: RowTexts; rowHash: string };

/** Each column is its own role. */
const ITSELF = Object.fromEntries(ROLES.map((role) => [role, role])) as ColumnMapping;

/** Two that put the same row into a Datanet take turns; taken before any row of a contribution is locked. */
export async function lockRowHashes(tx: Transaction, datanetId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`submit:${datanetId}`}, 0))`);
}

/**
 * Texts as somebody mended them, under the same rules as a row of a file. The caller holds lockRowHashes.
 * Errors: the intake's own codes and SECRET_FOUND (400), UNCHANGED (400), ROW_DUPLICATE (409).
 */
export async function checkMended(tx: Transaction, row: RowToMend, texts: RowTexts): Promise<Mended> {
  const [datanet] = await tx
    .select({ goal: datanets.goal, labels: datanets.labels, fields: datanets.fields })
    .from(datanets)
    .where(eq(datanets.id, row.datanetId));
  // A category that was the label itself follows it.
  const isLabelAgain =
    datanet!.goal === "label" && row.category === row.answer && texts.category === row.category;
  const fields = { ...texts, category: isLabelAgain ? texts.answer : texts.category };
  const mended = toRow(row.rowNumber, 0, fields, { mapping: ITSELF, ...datanet! });
  if (!("rowHash" in mended)) throw new AppError("BAD_REQUEST", mended.code, mended.message, mended.fix);
  requireNoSecret(mended);
  const { prompt, answer, system, category, source, rowHash } = mended;
  if (rowHash === hashOf(row)) throw unchanged();
  const { rows } = await tx.execute(sql`
    select 1 from records
    where datanet_id = ${row.datanetId} and row_hash = ${rowHash} and status <> 'draft'
      and not (contribution_id = ${row.contributionId} and row_number = ${row.rowNumber})
    limit 1`);
  if (rows.length > 0) throw taken();
  return { texts: { prompt, answer, system, category, source }, rowHash };
}

/** What a file's row would be set aside for. */
function requireNoSecret(row: IntakeRow): void {
  const { secrets } = checkRow(row, CHECKS);
  if (secrets.length === 0) return;
  const what = kindsInWords(secrets.flatMap(({ spans }) => spans.map(({ kind }) => kind)));
  const { code, message, fix } = problem("SECRET_FOUND", { row: row.rowNumber, what });
  throw new AppError("BAD_REQUEST", code, message, fix);
}

/** The row gives way to its next revision; the earlier one stays with its decisions. Returns the new row's id. */
export async function insertRevision(
  tx: Transaction,
  recordId: string,
  { texts, rowHash }: Mended,
  as: { status: "accepted" | "pending"; fixedById: string | null; reviewsWanted: number },
): Promise<string> {
  const { rows } = await tx.execute<{ id: string; datanetId: string; contributionId: string }>(sql`
    with gone as (
      update records set status = 'replaced' where id = ${recordId} returning *
    )
    insert into records (contribution_id, datanet_id, contributor_id, row_number, prompt, answer, system, category,
      source, row_hash, salt, status, revision, fixed_by_id, reviews_wanted, is_audit)
    select contribution_id, datanet_id, contributor_id, row_number, ${texts.prompt}, ${texts.answer}, ${texts.system},
      ${texts.category}, ${texts.source}, ${rowHash}, ${randomBytes(32).toString("hex")}, ${as.status}, revision + 1,
      ${as.fixedById}::uuid, ${as.reviewsWanted}::smallint, is_audit
    from gone
    returning id, datanet_id as "datanetId", contribution_id as "contributionId"`);
  const { id, ...of } = rows[0]!;
  await requestEmbeddingOfRow(tx, of);
  return id;
}

const unchanged = () =>
  new AppError(
    "BAD_REQUEST",
    "UNCHANGED",
    "Nothing of the row was changed.",
    "Change what is wrong with it; a row that is right as it is needs no mending.",
  );

const taken = () =>
  new AppError(
    "CONFLICT",
    "ROW_DUPLICATE",
    "Mended like this, the row is one that this Datanet holds already.",
    "Word it differently, or leave it out: the one that is there counts.",
  );
