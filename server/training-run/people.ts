import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { accounts, records, snapshotRecords } from "@/db/schema";
import type { BlobStore } from "@/server/storage/blob-store";
import type { TrainingRunRow } from "./policy";

export type NamedPerson = { id: string; name: string | null; address: string };

/** Accounts by id, by address. */
export async function nameContributors(
  db: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<NamedPerson[]> {
  if (ids.length === 0) return [];
  return db
    .select({ id: accounts.id, name: accounts.name, address: accounts.address })
    .from(accounts)
    .where(inArray(accounts.id, [...ids]))
    .orderBy(asc(accounts.address));
}

/** Rows that a run trained on, by contributor, counted in the very file that the runner read. */
export async function rowsByContributor(
  blobs: BlobStore,
  run: Pick<TrainingRunRow, "inputs">,
): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  const train = run.inputs.train;
  if (!train) return rows;
  for (const line of (await blobs.get(train)).toString("utf8").split("\n")) {
    if (!line) continue;
    const { contributor } = JSON.parse(line) as { contributor: string };
    rows.set(contributor, (rows.get(contributor) ?? 0) + 1);
  }
  return rows;
}

/** Who gave the training rows of these versions, most rows first; counted before anything is left out or kept apart. */
export async function listContributors(db: DatabaseOrTransaction, snapshotIds: readonly string[]) {
  const rows = sql<number>`count(*)::int`;
  return db
    .select({ id: accounts.id, name: accounts.name, address: accounts.address, rows })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .where(and(inArray(snapshotRecords.snapshotId, [...snapshotIds]), eq(snapshotRecords.side, "train")))
    .groupBy(accounts.id)
    .orderBy(sql`count(*) desc`, asc(accounts.address));
}
