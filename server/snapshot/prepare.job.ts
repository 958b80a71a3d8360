import { createHmac } from "node:crypto";
import { and, asc, desc, eq, lt, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { accounts, records, snapshotRecords, snapshots } from "@/db/schema";
import type { Goal } from "@/db/schema/datanet.constants";
import { appendAudit } from "@/server/audit/append";
import { canonicalJson, leafHash, merkleRootOfLeaves } from "@/server/chain/hash";
import { toAppError } from "@/server/errors";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { splitSample } from "@/server/sample/split";
import { requireEnoughRows } from "./freeze";
import { snapshotManifest } from "./manifest";
import { lockSnapshot, requireChainDatanet, type SnapshotRow } from "./policy";
import { approvalDeadline } from "./resume";
import { type PreviousPlace, type Split, splitRows } from "./split/split";

const CHUNK = 1000;

type PrepareDeps = Pick<WorkerDeps, "db" | "blobs"> & {
  env: Pick<WorkerDeps["env"], "SPLIT_SECRET" | "CHAIN_ID" | "DATANET_REGISTRY">;
};

/**
 * Makes a version of the rows accepted now: salted leaves, Merkle root, leak-safe split, and the two manifests that
 * approvals and runs refer to. All rows and the new status commit together, so a second run of the job finds nothing
 * to do. What cannot be prepared ends as `failed` with its sentence; a lost database is tried again by the queue.
 */
export async function prepareSnapshot(deps: PrepareDeps, payload: { snapshotId: string }): Promise<void> {
  try {
    await deps.db.transaction(async (tx) => {
      const snapshot = await lockSnapshot(tx, payload.snapshotId);
      if (snapshot.status === "preparing") await prepare(deps, tx, snapshot);
    });
  } catch (error) {
    const known = toAppError(error);
    if (known.kind === "UNAVAILABLE") throw error;
    if (known.log) console.error(`snapshot ${payload.snapshotId}: ${known.log}`);
    await deps.db
      .update(snapshots)
      .set({ status: "failed", problem: `${known.code}: ${known.message} ${known.fix}` })
      .where(and(eq(snapshots.id, payload.snapshotId), eq(snapshots.status, "preparing")));
  }
}

async function prepare(deps: PrepareDeps, tx: Transaction, snapshot: SnapshotRow): Promise<void> {
  const { env, blobs } = deps;
  const datanet = await requireChainDatanet(tx, snapshot.datanetId);
  const rows = await acceptedRows(tx, snapshot.datanetId);
  requireEnoughRows(rows.length);
  const leaves = rows.map((row) => leafHash(row));
  const previous = await previousVersion(tx, snapshot);
  const split = datanet.isSample
    ? splitSample(datanet, rows)
    : splitRows(
        rows.map((row, i) => ({ ...row, leaf: leaves[i]!, category: stratum(datanet.goal, row) })),
        {
          key: splitKey(env.SPLIT_SECRET, datanet.id),
          previous: previous.places,
          alike: await alikeRows(tx, datanet.id, new Map(rows.map(({ id }, i) => [id, leaves[i]!]))),
        },
      );
  const root = merkleRootOfLeaves(leaves);
  const manifest = await snapshotManifest(tx, {
    chainId: env.CHAIN_ID,
    registry: env.DATANET_REGISTRY,
    datanet,
    batch: snapshot.number,
    root,
    leaves,
    previous: previous.manifestSha256,
  });
  const splitBlob = await blobs.put(canonicalJson(split.manifest));
  const manifestBlob = await blobs.put(canonicalJson(manifest));
  await insertRows(tx, snapshot.id, rows, leaves, split);
  await tx
    .update(snapshots)
    .set({
      status: "approval",
      rows: rows.length,
      root,
      manifestSha256: manifestBlob.sha256,
      splitSha256: splitBlob.sha256,
      split: split.manifest.counts,
      approvalDeadline: approvalDeadline(),
    })
    .where(eq(snapshots.id, snapshot.id));
  await appendAudit(tx, {
    actorId: null,
    action: "snapshot.prepare",
    subject: `snapshot:${snapshot.id}`,
    data: { root, manifestSha256: manifestBlob.sha256, splitSha256: splitBlob.sha256, rows: rows.length },
  });
}

/** A Datanet's own key: its split cannot be guessed from another's, and the master never leaves the server. */
export function splitKey(secret: string, datanetId: string): Buffer {
  return createHmac("sha256", secret).update(`modelfactory.split:${datanetId}`).digest();
}

/** What the sides are balanced over: the label where labels are given, else the category a row names. */
const stratum = (goal: Goal, row: { answer: string; category: string }) =>
  goal === "label" ? row.answer : row.category;

/** Held until the version is written: a decision taken back meanwhile waits, then sees the row in the version. */
function acceptedRows(tx: Transaction, datanetId: string) {
  return tx
    .select({
      id: records.id,
      rowHash: records.rowHash,
      salt: records.salt,
      contributor: accounts.address,
      prompt: records.prompt,
      answer: records.answer,
      category: records.category,
      source: records.source,
    })
    .from(records)
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .where(and(eq(records.datanetId, datanetId), eq(records.status, "accepted")))
    .orderBy(asc(records.id))
    .for("share", { of: records });
}

/**
 * Pairs of accepted rows that ask the same in other words, as far as embeddings are there: they are made in the
 * background, and a version does not wait for them. `leafOf` is by record.
 */
async function alikeRows(
  tx: Transaction,
  datanetId: string,
  leafOf: ReadonlyMap<string, string>,
): Promise<[string, string][]> {
  const { rows } = await tx.execute<{ one: string; other: string }>(sql`
    select r.id as one, f.detail->>'recordId' as other
    from contributions c join findings f on f.contribution_id = c.id and f.code = 'NEAR_MEANING'
      join records r on r.contribution_id = c.id and r.row_number = f.row and r.status = 'accepted'
    where c.datanet_id = ${datanetId}
    order by r.id`);
  return rows.flatMap(({ one, other }) => {
    const [a, b] = [leafOf.get(one), leafOf.get(other)];
    return a && b ? [[a, b] as [string, string]] : [];
  });
}

/** Where each row of the last frozen version was, so that sides stick across versions. */
async function previousVersion(
  tx: Transaction,
  snapshot: SnapshotRow,
): Promise<{ manifestSha256: string; places: Map<string, PreviousPlace> }> {
  const [last] = await tx
    .select({ id: snapshots.id, manifestSha256: snapshots.manifestSha256 })
    .from(snapshots)
    .where(
      and(
        eq(snapshots.datanetId, snapshot.datanetId),
        eq(snapshots.status, "frozen"),
        lt(snapshots.number, snapshot.number),
      ),
    )
    .orderBy(desc(snapshots.number))
    .limit(1);
  if (!last) return { manifestSha256: "", places: new Map() };
  const rows = await tx
    .select({
      leaf: snapshotRecords.leaf,
      cluster: snapshotRecords.cluster,
      side: snapshotRecords.side,
      sealed: snapshotRecords.sealed,
    })
    .from(snapshotRecords)
    .where(eq(snapshotRecords.snapshotId, last.id));
  return {
    manifestSha256: last.manifestSha256 ?? "",
    places: new Map(rows.map(({ leaf, ...place }) => [leaf, place])),
  };
}

async function insertRows(
  tx: Transaction,
  snapshotId: string,
  rows: { id: string }[],
  leaves: string[],
  split: Split,
): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) {
    await tx.insert(snapshotRecords).values(
      rows.slice(start, start + CHUNK).map(({ id }, i) => {
        const { cluster, side, sealed, reason } = split.rows[start + i]!;
        const leaf = leaves[start + i]!;
        return { snapshotId, recordId: id, leaf, cluster, side, sealed, removedReason: reason };
      }),
    );
  }
}
