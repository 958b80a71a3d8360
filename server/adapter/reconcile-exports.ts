import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { adapterExports, adapters, type ExportFile, trainingRuns } from "@/db/schema";
import { combineLicences } from "@/server/datanet/licences";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { readArtifact } from "@/server/runner/artifact";
import { type RunnerClient, RunnerError, type RunnerRun, type RunnerSpec } from "@/server/runner/client";
import type { BlobStore } from "@/server/storage/blob-store";
import { isAway } from "@/server/training-run/problems";
import { listRunSources } from "@/server/training-run/sources";
import { EVALUATION } from "@/server/training-run/stages";

type Deps = Pick<WorkerDeps, "db" | "blobs" | "runner">;
type Row = typeof adapterExports.$inferSelect;

const REPORT = "export.json";
const MAX_NEW_TOKENS = 32;
const Golden = z.object({ golden: z.array(z.object({ rendered: z.string(), text: z.string() })) });
const Report = z.object({
  dtype: z.enum(["float32", "float16", "bfloat16"]),
  answers: z.int().positive(),
  equal: z.int(),
  recorded_equal: z.int(),
  max_logit_difference: z.number().nonnegative(),
  tolerance: z.number().positive(),
  tokenizer: z.string().max(300),
});

/** Moves every export that is being made one step; safe to run twice and to be killed anywhere. */
export async function reconcileExports(deps: Deps): Promise<void> {
  const working = await deps.db.select().from(adapterExports).where(eq(adapterExports.status, "working"));
  for (const row of working) {
    try {
      await step(deps, row);
    } catch (error) {
      // The runner being away is no failure: the row stays and is looked at again in a second.
      if (error instanceof RunnerError && isAway(error)) return;
      const { code, message } = problemOf(error);
      await write(deps, row, { status: "failed", problem: { code, message }, progress: null });
    }
  }
}

async function step(deps: Deps, row: Row): Promise<void> {
  const id = `${row.id}-export-${row.fence}`;
  const run = (await deps.runner.getRun(id)) ?? (await start(deps, row, id));
  switch (run.status) {
    case "queued":
    case "running":
      if (JSON.stringify(run.progress) !== JSON.stringify(row.progress))
        await write(deps, row, { progress: run.progress });
      return;
    case "succeeded":
      return finish(deps, row, run);
    default: {
      // The run is over, whatever its error says of another try: that one is the person's to ask for.
      const error = run.error ?? { code: "CANCELLED", message: "It was stopped." };
      throw new RunnerError(200, { ...error, retryable: false });
    }
  }
}

async function start(deps: Deps, row: Row, id: string): Promise<RunnerRun> {
  const [found] = await deps.db
    .select({ adapter: adapters, run: trainingRuns })
    .from(adapters)
    .innerJoin(trainingRuns, eq(trainingRuns.id, adapters.runId))
    .where(eq(adapters.id, row.adapterId));
  const { adapter, run } = found!;
  const inherited = combineLicences((await listRunSources(deps.db, run.id)).map(({ datanet }) => datanet));
  const evaluation = await deps.blobs.get(run.artifacts[EVALUATION] ?? "");
  const { golden } = readArtifact(EVALUATION, Golden, evaluation);
  const spec: RunnerSpec = {
    recipe: "export",
    config: {
      base: run.baseId,
      base_hash: run.baseHash,
      format: row.format,
      name: adapter.name,
      licence: adapter.imported?.licence ?? (inherited.ok ? inherited.licence : "other"),
      golden,
      max_new_tokens: MAX_NEW_TOKENS,
    },
    inputs: { adapter: adapter.sha256, adapter_config: adapter.configSha256 },
  };
  for (const sha256 of Object.values(spec.inputs)) {
    if (!(await deps.runner.hasBlob(sha256))) await deps.runner.putBlob(sha256, await deps.blobs.get(sha256));
  }
  return deps.runner.putRun(id, spec);
}

/** Files first (by hash, so twice is nothing), then the row says it is ready. */
async function finish(deps: Deps, row: Row, run: RunnerRun): Promise<void> {
  const files: ExportFile[] = [];
  for (const [name, sha256] of Object.entries(run.artifacts).sort()) {
    await pull(deps.blobs, deps.runner, sha256);
    if (name !== REPORT) files.push({ name, sha256, bytes: await deps.blobs.size(sha256) });
  }
  const sha256 = run.artifacts[REPORT];
  if (!sha256 || files.length === 0) throw incomplete();
  const report = readArtifact(REPORT, Report, await deps.blobs.get(sha256));
  // The runner refuses such an export itself; a runner that does not is not believed.
  if (report.equal !== report.answers || report.max_logit_difference > report.tolerance) throw incomplete();
  await write(deps, row, {
    status: "ready",
    progress: null,
    files,
    report: {
      dtype: report.dtype,
      answers: report.answers,
      equal: report.equal,
      recorded: report.recorded_equal,
      maxLogitDifference: report.max_logit_difference,
      tolerance: report.tolerance,
      tokenizer: report.tokenizer,
    },
  });
}

/** Streamed: a merged model does not fit beside everything else in the worker's memory. */
async function pull(blobs: BlobStore, runner: RunnerClient, sha256: string): Promise<void> {
  if (await blobs.has(sha256)) return;
  const stored = await blobs.putStream(await runner.openBlob(sha256), Number.MAX_SAFE_INTEGER);
  if (stored.sha256 !== sha256) {
    const message = "A file of the export changed on its way from the training machine.";
    throw new RunnerError(200, { code: "BLOB_HASH", message, retryable: false });
  }
}

async function write(deps: Deps, row: Row, changes: Partial<Row>): Promise<void> {
  const isOver = changes.status === "ready" || changes.status === "failed";
  await deps.db
    .update(adapterExports)
    .set({ ...changes, ...(isOver ? { finishedAt: sql`now()` } : {}) })
    .where(
      and(
        eq(adapterExports.id, row.id),
        eq(adapterExports.fence, row.fence),
        eq(adapterExports.status, "working"),
      ),
    );
}

const incomplete = () =>
  new RunnerError(200, {
    code: "RUNNER_PROTOCOL",
    message: "The training machine ended the export without a passed re-test, so it is not offered.",
    retryable: false,
  });

function problemOf(error: unknown): { code: string; message: string } {
  if (error instanceof RunnerError) return { code: error.code, message: error.message };
  if ((error as NodeJS.ErrnoException).code === "ENOENT") {
    return { code: "RUN_FILE_LOST", message: "A file of this adapter is no longer in the app's store." };
  }
  console.error(`export: ${error instanceof Error ? error.stack : String(error)}`);
  return { code: "INTERNAL", message: "Something went wrong on our side while the export was made." };
}
