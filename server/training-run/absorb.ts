import { eq } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { adapters, datanets } from "@/db/schema";
import type { RunStage } from "@/db/schema/training-run.constants";
import { recordEvaluation } from "@/server/evaluation/record";
import { recordInfluence } from "@/server/influence/record";
import { type RunnerClient, RunnerError, type RunnerRun } from "@/server/runner/client";
import type { BlobStore } from "@/server/storage/blob-store";
import { stageSeconds } from "./copy-events";
import { writeRun } from "./fence";
import type { TrainingRunRow } from "./policy";
import type { RunDeps } from "./reconcile";
import { ADAPTER, ADAPTER_CONFIG, artifactName, NEXT_STATUS, REQUIRED_ARTIFACTS } from "./stages";

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
  const isCancelled = state.status === "cancelled" || (run.isCancelRequested && stage !== "scoring");
  const status = isCancelled ? "cancelled" : NEXT_STATUS[stage];
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
    if (stage === "training") await recordAdapter(tx, run, artifacts);
    if (stage === "evaluating") await recordEvaluation(tx, deps.blobs, run, artifacts);
    if (stage === "scoring") await recordInfluence(tx, deps.blobs, run.id, artifacts);
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
 * The adapter exists from here on, measured or not. Training is bit-equal, so a run with the settings and data of an
 * earlier one makes the very same file: then the earlier row stands for both.
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
  await tx
    .insert(adapters)
    .values({
      runId: run.id,
      datanetId: run.datanetId,
      builderId: run.builderId,
      name: `${datanet!.name.slice(0, 50)} ${run.preset} ${sha256.slice(0, 6)}`,
      baseId: run.baseId,
      sha256,
      configSha256: artifacts[ADAPTER_CONFIG]!,
    })
    .onConflictDoNothing();
}

const incomplete = (stage: RunStage) =>
  new RunnerError(200, {
    code: "RUNNER_PROTOCOL",
    message: `The ${stage} stage ended without all of its files.`,
    retryable: false,
  });
