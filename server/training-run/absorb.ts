import { and, eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { adapters, type DryRunReport, datanets } from "@/db/schema";
import type { RunStage } from "@/db/schema/training-run.constants";
import { recordEvaluation } from "@/server/evaluation/record";
import { recordInfluence } from "@/server/influence/record";
import { type RunnerClient, RunnerError, type RunnerRun } from "@/server/runner/client";
import type { BlobStore } from "@/server/storage/blob-store";
import { stageSeconds } from "./copy-events";
import { readDryRun } from "./dry-run";
import { writeRun } from "./fence";
import type { TrainingRunRow } from "./policy";
import type { RunDeps } from "./reconcile";
import { ADAPTER, ADAPTER_CONFIG, artifactName, nextStatus, REQUIRED_ARTIFACTS } from "./stages";

/**
 * Takes over what a finished stage made and moves the run on. Files first (content-addressed, so a second time is
 * nothing), then every row and the new status in one transaction under the fence: all of it or none.
 */
export async function finishStage(
  deps: RunDeps,
  run: TrainingRunRow,
  stage: RunStage,
  state: RunnerRun,
): Promise<void> {
  const isComplete = REQUIRED_ARTIFACTS[stage].every((name) => name in state.artifacts);
  if (state.status === "succeeded" && !isComplete) throw incomplete(stage);
  const made = await pullArtifacts(deps.blobs, deps.runner, stage, state);
  const artifacts = { ...run.artifacts, ...made };
  const seconds = { ...run.stageSeconds, [stage]: await stageSeconds(deps.db, run.id, stage, state) };
  if (stage === "checking" && isComplete) {
    const dryRun = await readDryRun(deps, run, artifacts);
    return finishChecking(deps, run, { artifacts, stageSeconds: seconds, dryRun });
  }
  const isCancelled =
    state.status === "cancelled" || (run.isCancelRequested && stage !== "ability" && stage !== "scoring");
  const status = isCancelled ? "cancelled" : nextStatus(run, stage);
  const isLast = isCancelled || status === "succeeded";
  await deps.db.transaction(async (tx) => {
    await writeRun(tx, run, {
      status,
      artifacts,
      stageSeconds: seconds,
      progress: null,
      ...(isLast ? { finishedAt: new Date() } : {}),
    });
    if (!isComplete) return;
    if (run.kind === "training" && (stage === "training" || stage === "evaluating"))
      await recordAdapter(tx, run, artifacts);
    if (stage === "evaluating") await recordEvaluation(tx, deps.blobs, run, artifacts);
    if (stage === "evaluating" && run.kind === "measure") await noteMeasured(tx, run);
    if (stage === "scoring") await recordInfluence(tx, deps.blobs, run.id, artifacts);
  });
}

/** Passed: the builder may sign. Failed: the run is over before anything was signed, and says by which check. */
async function finishChecking(
  deps: RunDeps,
  run: TrainingRunRow,
  made: { artifacts: Record<string, string>; stageSeconds: Record<string, number>; dryRun: DryRunReport },
): Promise<void> {
  const { isPassed, checks } = made.dryRun;
  const failed = checks.find(({ verdict }) => verdict === "failed");
  const problem = failed ? { code: "DRY_RUN_FAILED", message: failed.message, fix: failed.fix } : null;
  const status = run.isCancelRequested ? "cancelled" : isPassed ? "commit" : "failed";
  await writeRun(deps.db, run, {
    ...made,
    status,
    problem: status === "failed" ? problem : null,
    progress: null,
    ...(status === "commit" ? {} : { finishedAt: new Date() }),
  });
}

/** Artifacts into our own store, each re-hashed on arrival, under the names the run keeps them by. */
async function pullArtifacts(
  blobs: BlobStore,
  runner: RunnerClient,
  stage: RunStage,
  state: RunnerRun,
): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  const files = { ...state.artifacts };
  if (state.manifestSha256) files[`${stage}_run.json`] = state.manifestSha256;
  for (const [name, sha256] of Object.entries(files)) {
    if (!(await blobs.has(sha256))) await blobs.put(await runner.getBlob(sha256));
    made[artifactName(stage, name)] = sha256;
  }
  return made;
}

/**
 * The adapter exists from here on, measured or not. Training is bit-equal, so a builder's run with the settings and
 * data of an earlier one makes the very same file: then the earlier row stands for both, if it was measured or
 * published. Asked again once it is measured, because the earlier run may have been stopped in between.
 */
async function recordAdapter(
  tx: Transaction,
  run: TrainingRunRow,
  artifacts: Record<string, string>,
): Promise<void> {
  const sha256 = artifacts[ADAPTER]!;
  const [datanet] = await tx
    .select({ name: datanets.name })
    .from(datanets)
    .where(eq(datanets.id, run.datanetId));
  const made = {
    runId: run.id,
    datanetId: run.datanetId,
    builderId: run.builderId,
    name: `${datanet!.name.slice(0, 50)} ${run.preset} ${sha256.slice(0, 6)}`,
    baseId: run.baseId,
    configSha256: artifacts[ADAPTER_CONFIG]!,
  };
  await tx
    .insert(adapters)
    .values({ ...made, sha256 })
    // A run that ended before it was measured, and published nothing, leaves the file to the run that measures it.
    .onConflictDoUpdate({
      target: [adapters.builderId, adapters.sha256],
      set: { ...made, origin: "trained", imported: null },
      // A blocked publication published nothing; and of a file brought in this run knows the data.
      setWhere: sql`${adapters.origin} = 'imported' or (
        exists (select 1 from training_runs r where r.id = ${adapters.runId} and r.status in ('cancelled', 'failed'))
        and not exists (select 1 from evaluations e where e.run_id = ${adapters.runId})
        and not exists (select 1 from publications p where p.adapter_id = ${adapters.id} and p.status <> 'blocked'))`,
    });
}

/** An adapter made elsewhere has its verdict from the newest run that measured it. */
async function noteMeasured(tx: Transaction, run: TrainingRunRow): Promise<void> {
  await tx
    .update(adapters)
    .set({ runId: run.id, datanetId: run.datanetId })
    .where(
      and(
        eq(adapters.builderId, run.builderId),
        eq(adapters.sha256, run.artifacts[ADAPTER]!),
        eq(adapters.origin, "imported"),
      ),
    );
}

const incomplete = (stage: RunStage) =>
  new RunnerError(200, {
    code: "RUNNER_PROTOCOL",
    message: `The ${stage} stage ended without all of its files.`,
    retryable: false,
  });
