import { eq, inArray } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { accounts, contributions, type DryRunReport, records } from "@/db/schema";

/** A dry run with each row it names as a person finds it again: number, file, and whose it is. */
export async function nameRows(db: DatabaseOrTransaction, report: DryRunReport) {
  const ids = report.checks.flatMap(({ rows }) => rows.map(({ id }) => id));
  const found = await db
    .select({
      id: records.id,
      rowNumber: records.rowNumber,
      contributionId: records.contributionId,
      fileName: contributions.fileName,
      name: accounts.name,
      address: accounts.address,
    })
    .from(records)
    .innerJoin(contributions, eq(contributions.id, records.contributionId))
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .where(inArray(records.id, ids));
  const known = new Map(found.map((row) => [row.id, row]));
  return {
    ...report,
    checks: report.checks.map((check) => ({
      ...check,
      rows: check.rows.map((row) => ({ ...row, found: known.get(row.id) ?? null })),
    })),
  };
}
