import { asc, eq, inArray } from "drizzle-orm";
import type { DatabaseOrTransaction, Transaction } from "@/db/client";
import { datanets, snapshots, trainingRunSnapshots } from "@/db/schema";
import { requireAccess } from "@/server/access/require";
import { type BatchRef, joinedSplitHash, runCommitHash } from "@/server/chain/hash";
import type { Context } from "@/server/context";
import { combineLicences } from "@/server/datanet/licences";
import { AppError, notFound } from "@/server/errors";

/** A version and its Datanet, as a run reads them. */
export type Source = { snapshot: typeof snapshots.$inferSelect; datanet: typeof datanets.$inferSelect };

/** The versions a run trains on, in the order it committed to them. */
export async function listRunSources(db: DatabaseOrTransaction, runId: string): Promise<Source[]> {
  return db
    .select({ snapshot: snapshots, datanet: datanets })
    .from(trainingRunSnapshots)
    .innerJoin(snapshots, eq(snapshots.id, trainingRunSnapshots.snapshotId))
    .innerJoin(datanets, eq(datanets.id, trainingRunSnapshots.datanetId))
    .where(eq(trainingRunSnapshots.runId, runId))
    .orderBy(asc(trainingRunSnapshots.position));
}

/** Records the versions a run trains on, in the order it committed to them. */
export async function keepSources(tx: Transaction, runId: string, sources: readonly Source[]): Promise<void> {
  await tx.insert(trainingRunSnapshots).values(
    sources.map(({ snapshot, datanet }, position) => ({
      runId,
      snapshotId: snapshot.id,
      datanetId: datanet.id,
      position,
    })),
  );
}

/** The versions in the order given. Error: NOT_FOUND. */
export async function loadSources(db: DatabaseOrTransaction, snapshotIds: string[]): Promise<Source[]> {
  const found = await db
    .select({ snapshot: snapshots, datanet: datanets })
    .from(snapshots)
    .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
    .where(inArray(snapshots.id, snapshotIds));
  return snapshotIds.map((id) => {
    const source = found.find(({ snapshot }) => snapshot.id === id);
    if (!source) throw notFound("version");
    return source;
  });
}

/** The same, where the asker may read the Datanet of each. Error: NOT_FOUND. */
export async function loadReadableSources(
  { db, actor }: Pick<Context, "db" | "actor">,
  snapshotIds: string[],
): Promise<Source[]> {
  for (const id of snapshotIds) await requireAccess(db, actor, "datanet.read", "snapshot", id);
  return loadSources(db, snapshotIds);
}

/**
 * Whether these versions can be trained on together; returns the licence that the adapter inherits.
 * Errors: VERSION_NOT_FROZEN, SPLIT_TOO_SMALL, DATANET_TWICE, GOALS_DIFFER, LABELS_DIFFER, FIELDS_DIFFER, LICENCES_CLASH.
 */
export function checkSources(sources: readonly Source[]): string {
  for (const { snapshot } of sources) {
    if (snapshot.status !== "frozen") throw notFrozen(snapshot.number);
    if (!snapshot.split?.train || !snapshot.split.test) throw splitTooSmall(snapshot.number);
  }
  const [first, ...others] = sources;
  if (new Set(sources.map(({ datanet }) => datanet.id)).size < sources.length) throw datanetTwice();
  for (const { datanet } of others) {
    if (datanet.goal !== first!.datanet.goal) throw goalsDiffer(first!.datanet.name, datanet.name);
    if (datanet.goal === "label" && labelsKey(datanet) !== labelsKey(first!.datanet))
      throw labelsDiffer(first!.datanet.name, datanet.name);
    // One form is learned and measured, so their order counts too.
    if (JSON.stringify(datanet.fields) !== JSON.stringify(first!.datanet.fields))
      throw fieldsDiffer(first!.datanet.name, datanet.name);
  }
  const combined = combineLicences(sources.map(({ datanet }) => datanet));
  if (!combined.ok) {
    throw new AppError("UNPROCESSABLE", "LICENCES_CLASH", combined.message, combined.fix);
  }
  return combined.licence;
}

/** Equal for the same labels in any order. */
export const labelsKey = ({ labels }: Pick<Source["datanet"], "labels">): string =>
  JSON.stringify([...labels].sort());

/** The on-chain batches that a run commits to and an adapter's provenance names. */
export function batchesOf(sources: readonly Source[]): BatchRef[] {
  return sources.map(({ datanet, snapshot }) => ({
    datanetId: String(datanet.chainDatanetId ?? ""),
    batch: snapshot.number,
    root: snapshot.root ?? "",
  }));
}

type Announced = { commitSalt: string; metric: string; hypothesis: string; configHash: string };

/** The salted hash that announces a run before its first step: its split, metric, hypothesis, settings and batches. */
export function commitmentOf(sources: readonly Source[], run: Announced): string {
  return runCommitHash({
    salt: run.commitSalt,
    splitHash: joinedSplitHash(sources.map(({ snapshot }) => snapshot.splitSha256 ?? "")),
    metric: run.metric,
    hypothesis: run.hypothesis,
    configHash: run.configHash,
    batches: batchesOf(sources),
  });
}

const notFrozen = (number: number) =>
  new AppError(
    "CONFLICT",
    "VERSION_NOT_FROZEN",
    `Version ${number} is not frozen on the chain yet.`,
    "Open the version's page: it says what it waits for.",
  );

const splitTooSmall = (number: number) =>
  new AppError(
    "UNPROCESSABLE",
    "SPLIT_TOO_SMALL",
    `Version ${number} has no rows to train on or no test questions left after its split.`,
    "Add rows that differ from each other, then freeze the next version.",
  );

const datanetTwice = () =>
  new AppError(
    "UNPROCESSABLE",
    "DATANET_TWICE",
    "Two versions of one Datanet were chosen.",
    "Take the newer one alone: it holds the rows of the older.",
  );

const goalsDiffer = (a: string, b: string) =>
  new AppError(
    "UNPROCESSABLE",
    "GOALS_DIFFER",
    `“${a}” and “${b}” have different goals, so no one test could measure both.`,
    "Choose Datanets with the same goal.",
  );

const labelsDiffer = (a: string, b: string) =>
  new AppError(
    "UNPROCESSABLE",
    "LABELS_DIFFER",
    `“${a}” and “${b}” do not have the same labels.`,
    "Choose Datanets with the same set of labels.",
  );

const fieldsDiffer = (a: string, b: string) =>
  new AppError(
    "UNPROCESSABLE",
    "FIELDS_DIFFER",
    `“${a}” and “${b}” do not have the same fields in the same order.`,
    "Choose Datanets with the same fields.",
  );
