import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { accounts, contributions, records, snapshotRecords } from "@/db/schema";
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
  for (const { contributor } of await trainingRows(blobs, train))
    rows.set(contributor, (rows.get(contributor) ?? 0) + 1);
  return rows;
}

type TrainingRow = { id: string; contributor: string; contribution: string; cluster: string };

async function trainingRows(blobs: BlobStore, train: string): Promise<TrainingRow[]> {
  const lines = (await blobs.get(train)).toString("utf8").split("\n");
  return lines.filter(Boolean).map((line) => JSON.parse(line) as TrainingRow);
}

/**
 * Clusters of near-copies that a run trained on, by the contributor who submitted the first row of each: what came later
 * adds nothing. A row without a cluster is one of its own.
 */
export async function clustersByContributor(
  db: DatabaseOrTransaction,
  blobs: BlobStore,
  run: Pick<TrainingRunRow, "inputs">,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  if (!run.inputs.train) return found;
  const rows = await trainingRows(blobs, run.inputs.train);
  const ids = [...new Set(rows.map(({ contribution }) => contribution))];
  const files = await db
    .select({ id: contributions.id })
    .from(contributions)
    .where(inArray(contributions.id, ids))
    .orderBy(asc(contributions.submittedAt), asc(contributions.createdAt), asc(contributions.id));
  const order = new Map(files.map(({ id }, k) => [id, k]));
  const place = ({ contribution }: TrainingRow) => order.get(contribution) ?? files.length;
  const seen = new Set<string>();
  for (const { id, cluster, contributor } of rows.sort((a, b) => place(a) - place(b))) {
    if (seen.has(cluster || id)) continue;
    seen.add(cluster || id);
    found.set(contributor, (found.get(contributor) ?? 0) + 1);
  }
  return found;
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
