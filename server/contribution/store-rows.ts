import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Database, Transaction } from "@/db/client";
import { alreadyInDatanet, findTakenHashes } from "./datanet-duplicates";
import type { Finding } from "./health/findings";
import type { SetAside } from "./intake/intake";
import type { IntakeRow } from "./intake/rows";
import { storableText } from "./storable";

/** The reading that a worker does: every write of it is refused once the fence has been raised. */
export type Reading = { contributionId: string; datanetId: string; contributorId: string; fence: number };

/** The contribution is read anew, was discarded, or is finished: this worker's work is void. */
export class StaleReadingError extends Error {}

/** Runs `write` while no one can raise the fence; throws StaleReadingError when it has been raised already. */
export function underFence<T>(
  db: Database,
  reading: Reading,
  write: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute(sql`
      select 1 from contributions
      where id = ${reading.contributionId} and fence = ${reading.fence} and status = 'parsing'
      for no key update`);
    if (rows.length === 0) throw new StaleReadingError("the contribution is no longer read by this worker");
    return write(tx);
  });
}

/** Stores kept rows, but those that the Datanet holds already are set aside. */
export async function storeKept(tx: Transaction, reading: Reading, rows: IntakeRow[]): Promise<void> {
  const taken = await findTakenHashes(
    tx,
    reading.datanetId,
    rows.map((row) => row.rowHash),
  );
  await insertRecords(
    tx,
    reading,
    rows.filter((row) => !taken.has(row.rowHash)),
  );
  await storeProblems(tx, reading, rows.filter((row) => taken.has(row.rowHash)).map(toTaken));
}

function toTaken(row: IntakeRow): StoredProblem {
  const { prompt, answer, system, category, source } = row;
  const { message, fix } = alreadyInDatanet();
  return {
    row: row.rowNumber,
    column: null,
    code: "ROW_DUPLICATE",
    message: message.replace("{row}", String(row.rowNumber)),
    fix,
    raw: JSON.stringify({ prompt, answer, system, category, source }),
  };
}

type StoredProblem = {
  row: number;
  column: string | null;
  code: string;
  message: string;
  fix: string;
  raw: string;
};

export const toStoredProblem = ({ row, code, raw, problem }: SetAside): StoredProblem => ({
  row,
  column: problem.column,
  code,
  message: problem.message,
  fix: problem.fix,
  raw,
});

/** One array a column: a thousand rows are six parameters, not thousands. */
const texts = (values: (string | null)[]) => sql`${sql.param(values)}::text[]`;
const numbers = (values: number[]) => sql`${sql.param(values)}::int[]`;

async function insertRecords(tx: Transaction, reading: Reading, rows: IntakeRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { contributionId, datanetId, contributorId } = reading;
  await tx.execute(sql`
    insert into records (contribution_id, datanet_id, contributor_id,
      row_number, prompt, answer, system, category, source, row_hash, salt)
    select ${contributionId}::uuid, ${datanetId}::uuid, ${contributorId}::uuid, t.* from unnest(
      ${numbers(rows.map((row) => row.rowNumber))}, ${texts(rows.map((row) => row.prompt))},
      ${texts(rows.map((row) => row.answer))}, ${texts(rows.map((row) => row.system))},
      ${texts(rows.map((row) => row.category))}, ${texts(rows.map((row) => row.source))},
      ${texts(rows.map((row) => row.rowHash))}, ${texts(rows.map(() => randomBytes(32).toString("hex")))}) t`);
  const repaired = rows.filter((row) => row.repairedFor).length;
  await tx.execute(sql`
    update contributions set kept_rows = kept_rows + ${rows.length - repaired},
      repaired_rows = repaired_rows + ${repaired} where id = ${contributionId}`);
}

/** Findings of rows that were set aside meanwhile, because the Datanet holds them, are left out. */
export async function storeFindings(tx: Transaction, reading: Reading, found: Finding[]): Promise<void> {
  if (found.length === 0) return;
  const { contributionId } = reading;
  const text = (pick: (one: Finding) => string) => texts(found.map((one) => storableText(pick(one))));
  await tx.execute(sql`
    insert into findings (contribution_id, row, "column", code, severity, message, fix, detail)
    select ${contributionId}::uuid, t.* from unnest(
      ${sql`${sql.param(found.map((one) => one.row))}::int[]`},
      ${texts(found.map((one) => (one.column === null ? null : storableText(one.column))))},
      ${text((one) => one.code)}, ${text((one) => one.severity)}, ${text((one) => one.message)},
      ${text((one) => one.fix)},
      ${sql`${sql.param(found.map((one) => JSON.stringify(one.detail)))}::jsonb[]`})
      t(row, "column", code, severity, message, fix, detail)
    where t.row is null or exists (
      select 1 from records where contribution_id = ${contributionId}::uuid and row_number = t.row)`);
}

export async function storeProblems(tx: Transaction, reading: Reading, rows: StoredProblem[]): Promise<void> {
  if (rows.length === 0) return;
  const { contributionId } = reading;
  const text = (pick: (row: StoredProblem) => string) => texts(rows.map((row) => storableText(pick(row))));
  await tx.execute(sql`
    insert into row_problems (contribution_id, row, "column", code, message, fix, raw)
    select ${contributionId}::uuid, t.* from unnest(
      ${numbers(rows.map((row) => row.row))},
      ${texts(rows.map((row) => (row.column === null ? null : storableText(row.column))))},
      ${text((row) => row.code)}, ${text((row) => row.message)}, ${text((row) => row.fix)}, ${text((row) => row.raw)}) t`);
  await tx.execute(sql`
    update contributions set set_aside_rows = set_aside_rows + ${rows.length} where id = ${contributionId}`);
}

/** What an earlier, broken-off reading left behind. */
export async function deleteRows(tx: Transaction, reading: Reading): Promise<void> {
  await tx.execute(sql`delete from records where contribution_id = ${reading.contributionId}`);
  await tx.execute(sql`delete from row_problems where contribution_id = ${reading.contributionId}`);
  await tx.execute(sql`delete from findings where contribution_id = ${reading.contributionId}`);
  await tx.execute(sql`
    update contributions set kept_rows = 0, repaired_rows = 0, set_aside_rows = 0, uploaded_rows = 0
    where id = ${reading.contributionId}`);
}
