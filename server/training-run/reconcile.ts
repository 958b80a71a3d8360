import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { trainingRuns } from "@/db/schema";
import { RUN_STAGES, type RunStage } from "@/db/schema/training-run.constants";
import { toAppError } from "@/server/errors";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { type RunnerClient, RunnerError, type RunnerRun, type RunnerSpec } from "@/server/runner/client";
import type { BlobStore } from "@/server/storage/blob-store";
import { finishStage } from "./absorb";
import { copyEvents } from "./copy-events";
import { dueAt } from "./due";
import { Fenced, writeRun } from "./fence";
import type { TrainingRunRow } from "./policy";
import { isAway, runProblem } from "./problems";
import { hasTrainingUnderWay } from "./removals";
import { listRunSources } from "./sources";
import { isStage, stageRunId, stageSpec } from "./stages";
import { startCommittedRuns } from "./start-committed";

const LOCK_CLASS = 0x6d66_0010;
const AT_ONCE = 50;

export type RunDeps = Pick<WorkerDeps, "db" | "blobs" | "runner">;

/**
 * Brings every run that is under way one step closer to its end; called every second by the worker. Each step reads
 * the row and the runner's state and writes at most one transition, so a worker killed anywhere leaves a row from
 * which the next call reaches the same end.
 */
export async function reconcileTrainingRuns(deps: RunDeps): Promise<void> {
  await startCommittedRuns(deps.db);
  const active = await deps.db
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .where(inArray(trainingRuns.status, [...RUN_STAGES]))
    .orderBy(asc(trainingRuns.createdAt), asc(trainingRuns.id))
    .limit(AT_ONCE);
  for (const { id } of active) {
    const isHere = await withRunLock(deps.db, id, () => reconcileRun(deps, id));
    if (!isHere) return markWaiting(deps.db);
  }
}

/** Runs `work` unless another worker holds this run; the lock falls with the connection, however that ends. */
async function withRunLock(db: Database, runId: string, work: () => Promise<boolean>): Promise<boolean> {
  return db.transaction(async (tx) => {
    const got = await tx.execute<{ locked: boolean }>(
      sql`select pg_try_advisory_xact_lock(${LOCK_CLASS}, hashtext(${runId})) as locked`,
    );
    return got.rows[0]?.locked ? work() : true;
  });
}

/** One step of one run. False when the runner is away: then the others are not asked either. */
export async function reconcileRun(deps: RunDeps, runId: string): Promise<boolean> {
  const [run] = await deps.db.select().from(trainingRuns).where(eq(trainingRuns.id, runId));
  if (!run || !isStage(run.status)) return true;
  try {
    await step(deps, run, run.status);
  } catch (error) {
    if (error instanceof Fenced) return true;
    const note = fullNote(error);
    if (note) {
      await noteWaiting(deps.db, run, note).catch(ignoreFence);
      return true;
    }
    if (error instanceof RunnerError && isAway(error)) return false;
    if (!(error instanceof RunnerError) && !isLostFile(error)) throw error;
    const problem = error instanceof RunnerError ? error : LOST_FILE;
    await writeRun(deps.db, run, {
      status: "failed",
      problem: runProblem(problem),
      progress: null,
      finishedAt: new Date(),
    }).catch(ignoreFence);
  }
  return true;
}

async function step(deps: RunDeps, run: TrainingRunRow, stage: RunStage): Promise<void> {
  const id = stageRunId(run.id, stage);
  let state = await deps.runner.getRun(id);
  if (!state) {
    if (run.isCancelRequested) return finishCancelled(deps.db, run);
    if ((run.kind === "removal" || run.kind === "trace") && (await hasTrainingUnderWay(deps.db)))
      return waitBehind(deps.db, run);
    state = await startStage(deps, run, stage);
  }
  if (run.isCancelRequested && !isOver(state)) state = await deps.runner.cancel(id);
  await copyEvents(deps.db, deps.runner, run.id, stage);
  switch (state.status) {
    case "queued":
    case "running":
      return showProgress(deps.db, run, state);
    case "failed":
      await writeRun(deps.db, run, {
        status: run.isCancelRequested ? "cancelled" : "failed",
        problem: run.isCancelRequested ? null : runProblem(state.error ?? UNKNOWN),
        progress: null,
        finishedAt: new Date(),
      });
      return;
    case "succeeded":
    case "cancelled":
      return finishStage(deps, run, stage, state);
  }
}

const isOver = (state: RunnerRun) => ["succeeded", "failed", "cancelled"].includes(state.status);

/** Files first, then the run: asked again after a crash, both do nothing. */
async function startStage(deps: RunDeps, run: TrainingRunRow, stage: RunStage): Promise<RunnerRun> {
  const sources = await listRunSources(deps.db, run.id);
  const clusters = sources.reduce((sum, { snapshot }) => sum + (snapshot.split?.clusters ?? 0), 0);
  const spec = stageSpec(run, stage, clusters);
  await ensureBlobs(deps.blobs, deps.runner, spec);
  return deps.runner.putRun(stageRunId(run.id, stage), spec, dueAt(run));
}

async function ensureBlobs(blobs: BlobStore, runner: RunnerClient, spec: RunnerSpec): Promise<void> {
  for (const sha256 of new Set(Object.values(spec.inputs))) {
    if (!(await runner.hasBlob(sha256))) await runner.putBlob(sha256, await blobs.get(sha256));
  }
}

async function showProgress(db: Database, run: TrainingRunRow, state: RunnerRun): Promise<void> {
  const note = run.isCancelRequested
    ? "Stopping; the best adapter so far is kept."
    : state.status === "queued"
      ? waitingNote(state.position)
      : undefined;
  const { done = 0, total = 0, unit = "", etaSeconds = null } = state.progress ?? {};
  const position = state.position ? { position: state.position } : {};
  const progress = { done, total, unit, etaSeconds, ...position, ...(note ? { note } : {}) };
  if (JSON.stringify(progress) !== JSON.stringify(run.progress)) await writeRun(db, run, { progress });
}

export const BEHIND_NOTE = "It waits until the trainings before it are done.";

/** Nobody's training waits for a check or a trace: it takes the machine only when it is free. */
async function waitBehind(db: Database, run: TrainingRunRow): Promise<void> {
  if (run.progress?.note === BEHIND_NOTE) return;
  await writeRun(db, run, { progress: { done: 0, total: 0, unit: "", etaSeconds: null, note: BEHIND_NOTE } });
}

const waitingNote = (position: number | null) =>
  `Waiting for its turn on the training machine${position ? `: ${position === 1 ? "next" : `number ${position}`} in line` : ""}.`;

async function finishCancelled(db: Database, run: TrainingRunRow): Promise<void> {
  await writeRun(db, run, { status: "cancelled", progress: null, finishedAt: new Date() });
}

export const RUNNER_AWAY_NOTE =
  "The training machine does not answer. The run waits for it and nothing is lost.";

/** A full disk is not the run's fault: it waits, and says for what. Null for every other error. */
function fullNote(error: unknown): string | null {
  if (error instanceof RunnerError && error.code === "DISK_FULL")
    return "The disk of the training machine is full. The run goes on by itself when there is room again; nothing is lost.";
  if (toAppError(error).code === "NO_SPACE")
    return "The app's disk is full. The run goes on by itself when there is room again; nothing is lost.";
  return null;
}

async function noteWaiting(db: Database, run: TrainingRunRow, note: string): Promise<void> {
  if (run.progress?.note === note) return;
  const { done = 0, total = 0, unit = "" } = run.progress ?? {};
  await writeRun(db, run, { progress: { done, total, unit, etaSeconds: null, note } });
}

/** The runner is away: every run under way says so, and stays where it is. */
async function markWaiting(db: Database): Promise<void> {
  const note = JSON.stringify({ note: RUNNER_AWAY_NOTE, etaSeconds: null });
  const empty = JSON.stringify({ done: 0, total: 0, unit: "" });
  await db
    .update(trainingRuns)
    .set({ progress: sql`coalesce(${trainingRuns.progress}, ${empty}::jsonb) || ${note}::jsonb` })
    .where(
      and(
        inArray(trainingRuns.status, [...RUN_STAGES]),
        sql`${trainingRuns.progress} ->> 'note' is distinct from ${RUNNER_AWAY_NOTE}`,
      ),
    );
}

const UNKNOWN = {
  code: "RUNNER_PROTOCOL",
  message: "The training machine reported a failure without a reason.",
};
const LOST_FILE = { code: "RUN_FILE_LOST", message: "A file of this run is no longer in the app's store." };
const isLostFile = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";

function ignoreFence(error: unknown): void {
  if (!(error instanceof Fenced)) throw error;
}
