import { eq } from "drizzle-orm";
import type { Database } from "@/db/client";
import {
  accounts,
  adapters,
  benchmarks,
  datanets,
  runEvents,
  snapshots,
  trainingRunSnapshots,
  trainingRuns,
} from "@/db/schema";
import type { RunStage } from "@/db/schema/training-run.constants";
import { appendAudit } from "@/server/audit/append";
import { jsonHash } from "@/server/chain/hash";
import { recordEvaluation } from "@/server/evaluation/record";
import { recordInfluence } from "@/server/influence/record";
import type { BlobStore } from "@/server/storage/blob-store";
import { hypothesisOf, metricOf, taskOf } from "@/server/training-run/config";
import { buildInputs } from "@/server/training-run/inputs";
import { commitmentOf } from "@/server/training-run/sources";
import { ADAPTER, ADAPTER_CONFIG } from "@/server/training-run/stages";
import type { Sample } from "./catalogue";
import { requireHash, type SampleFolder } from "./folder";
import { sampleIds, sampleSalt } from "./ids";

const CHUNK = 500;
type Deps = { db: Database; blobs: BlobStore };

/**
 * The shipped run as the row a run of this app would be: the files it reads are made from the seeded rows and must
 * have the shipped hashes, and so must the split. Throws SampleRefused otherwise. Everything here is pure of time,
 * so asking twice gives the same commitment.
 */
export async function sampleRunRow(deps: Deps, sample: Sample, folder: SampleFolder, snapshotId: string) {
  const ids = sampleIds(sample.key);
  const { run } = folder;
  const [row] = await deps.db
    .select({ snapshot: snapshots, datanet: datanets })
    .from(snapshots)
    .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
    .where(eq(snapshots.id, snapshotId));
  const { snapshot, datanet } = row!;
  requireHash(sample, "the split of its rows", snapshot.splitSha256, run.splitSha256);
  const sources = [{ snapshot, datanet }];
  const { inputs, items } = await buildInputs(deps.db, deps.blobs, sources);
  for (const side of ["train", "validation", "test"] as const) {
    requireHash(sample, `the ${side} side of its rows`, inputs[side], run.inputs[side]);
  }
  requireHash(sample, "what the run was told to do", jsonHash(run.config.task), jsonHash(taskOf(datanet)));
  const metric = metricOf(datanet.goal);
  const hypothesis = hypothesisOf(datanet.goal, run.base.name, items);
  const configHash = jsonHash(run.config);
  const commitSalt = sampleSalt(ids.run);
  const runCommit = commitmentOf(sources, { commitSalt, metric, hypothesis, configHash });
  const madeAt = new Date(run.madeAt);
  const tookSeconds = Object.values(run.stageSeconds).reduce((sum, seconds) => sum + seconds, 0);
  const begunAt = new Date(madeAt.getTime() - 1000 * tookSeconds);
  const values = {
    id: ids.run,
    datanetId: datanet.id,
    snapshotId,
    builderId: ids.account(sample.owner),
    baseId: run.base.id,
    baseHash: run.base.hash,
    preset: sample.preset,
    seed: run.seed,
    metric,
    hypothesis,
    config: run.config,
    configHash,
    commitSalt,
    runCommit,
    status: "succeeded" as const,
    inputs,
    artifacts: run.artifacts,
    stageSeconds: run.stageSeconds,
    createdAt: begunAt,
    startedAt: begunAt,
    finishedAt: madeAt,
  };
  return { values, items };
}

/** Puts the finished run, its events, adapter, evaluation and influence in, in one transaction, once. */
export async function insertSampleRun(
  { db, blobs }: Deps,
  sample: Sample,
  folder: SampleFolder,
  { values, items }: Awaited<ReturnType<typeof sampleRunRow>>,
): Promise<void> {
  const ids = sampleIds(sample.key);
  for (const content of folder.artifacts.values()) await blobs.put(content);
  await db.transaction(async (tx) => {
    const inserted = await tx
      .insert(trainingRuns)
      .values(values)
      .onConflictDoNothing()
      .returning({ id: trainingRuns.id });
    if (inserted.length === 0) return;
    const { snapshotId, metric, artifacts } = values;
    await tx
      .insert(benchmarks)
      .values({ snapshotId, metric, items, testSha256: values.inputs.test })
      .onConflictDoNothing();
    await tx
      .insert(trainingRunSnapshots)
      .values({ runId: ids.run, snapshotId, datanetId: values.datanetId, position: 0 });
    for (let start = 0; start < folder.events.length; start += CHUNK) {
      await tx.insert(runEvents).values(
        folder.events.slice(start, start + CHUNK).map(({ createdAt, stage, ...event }) => ({
          ...event,
          stage: stage as RunStage,
          runId: ids.run,
          at: new Date(createdAt),
        })),
      );
    }
    await tx.insert(adapters).values({
      id: ids.adapter,
      runId: ids.run,
      datanetId: values.datanetId,
      builderId: values.builderId,
      name: `${sample.name} ${values.preset}`,
      baseId: values.baseId,
      sha256: artifacts[ADAPTER]!,
      configSha256: artifacts[ADAPTER_CONFIG]!,
    });
    await recordEvaluation(tx, blobs, { id: ids.run, snapshotId }, artifacts);
    await recordInfluence(tx, blobs, ids.run, artifacts);
    await appendAudit(tx, {
      actorId: null,
      action: "sample.run",
      subject: `trainingRun:${ids.run}`,
      data: { sample: sample.key, artifacts },
    });
  });
}

/** The address a sample account has on this installation. */
export async function sampleAddress(db: Database, accountId: string): Promise<`0x${string}`> {
  const [account] = await db
    .select({ address: accounts.address })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  return account!.address as `0x${string}`;
}
