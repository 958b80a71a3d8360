import { sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";

/**
 * Which of these row hashes the Datanet holds already, submitted by anybody. Drafts do not count: what others
 * have uploaded and not submitted must not show through.
 */
export async function findTakenHashes(
  db: DatabaseOrTransaction,
  datanetId: string,
  hashes: readonly string[],
): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const { rows } = await db.execute<{ row_hash: string }>(sql`
    select distinct row_hash from records
    where datanet_id = ${datanetId} and status <> 'draft' and row_hash = any(${sql.param([...hashes])}::text[])`);
  return new Set(rows.map((row) => row.row_hash));
}

/** The sentence of ROW_DUPLICATE when the first one is not in this file; `{row}` stands for the row number. */
export const alreadyInDatanet = () => ({
  message: "Row {row} is already in this Datanet.",
  fix: "Nothing to do: the one that is there counts.",
});
