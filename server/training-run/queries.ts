import { and, asc, desc, eq, gt, inArray, sql } from "drizzle-orm";
import type { z } from "zod";
import {
  accounts,
  adapters,
  benchmarks,
  chainTransactions,
  datanets,
  evaluations,
  publications,
  runEvents,
  snapshots,
  trainingRuns,
} from "@/db/schema";
import { FINAL_RUN_STATUSES } from "@/db/schema/training-run.constants";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { combineLicences } from "@/server/datanet/licences";
import { notFound } from "@/server/errors";
import { agrestiMin } from "@/server/evaluation/paired";
import type { EvaluationSummary } from "@/server/evaluation/parse";
import type { Verdict } from "@/server/evaluation/schemas";
import { nameRows } from "./name-rows";
import { queuePlace } from "./queue";
import type { RunEventsInput } from "./schemas";
import { listRunSources } from "./sources";
import { ADAPTER, isStage } from "./stages";

/** Points a curve is drawn from; more cannot be told apart on a screen. */
const CURVE_POINTS = 300;

/** Everything the run page shows but its events and items; readable by whoever may read all its Datanets. */
export async function getRun(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  const [row] = await ctx.db
    .select({
      run: trainingRuns,
      snapshot: snapshots,
      datanet: datanets,
      builder: accounts,
      evaluation: evaluations,
    })
    .from(trainingRuns)
    .innerJoin(snapshots, eq(snapshots.id, trainingRuns.snapshotId))
    .innerJoin(datanets, eq(datanets.id, trainingRuns.datanetId))
    .innerJoin(accounts, eq(accounts.id, trainingRuns.builderId))
    .leftJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .where(eq(trainingRuns.id, runId));
  if (!row) throw notFound("training run");
  const { run, snapshot, datanet, builder, evaluation } = row;
  const [transaction] = await ctx.db
    .select({
      hash: chainTransactions.hash,
      status: chainTransactions.status,
      problem: chainTransactions.problem,
    })
    .from(chainTransactions)
    .where(and(eq(chainTransactions.subjectId, runId), eq(chainTransactions.purpose, "run.commit")))
    .orderBy(desc(chainTransactions.createdAt))
    .limit(1);
  const [benchmark] = await ctx.db
    .select({ openings: benchmarks.openings, items: benchmarks.items })
    .from(benchmarks)
    .where(eq(benchmarks.snapshotId, snapshot.id));
  const sources = await listRunSources(ctx.db, runId);
  const licence = combineLicences(sources.map((source) => source.datanet));
  const isFinal = (FINAL_RUN_STATUSES as readonly string[]).includes(run.status);
  const isBuilder = ctx.actor?.accountId === run.builderId;
  const summary = evaluation ? (evaluation.summary as EvaluationSummary) : null;
  return {
    id: run.id,
    kind: run.kind,
    parentRunId: run.parentRunId,
    status: run.status,
    isFinal,
    isBuilder,
    isCancelRequested: run.isCancelRequested,
    progress: run.progress,
    /** Its place on the training machine, while it is under way. */
    place: isStage(run.status) ? await queuePlace(ctx, run.id) : null,
    dryRun: run.dryRun && (await nameRows(ctx.db, run.dryRun)),
    problem: run.problem,
    baseId: run.baseId,
    baseHash: run.baseHash,
    preset: run.preset,
    seed: run.seed,
    config: run.config,
    configHash: run.configHash,
    metric: run.metric,
    hypothesis: run.hypothesis,
    runCommit: run.runCommit,
    /** The salt stays secret until there is a result to reveal it with. */
    commitSalt: isFinal ? run.commitSalt : null,
    stageSeconds: run.stageSeconds,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    createdAt: run.createdAt,
    hasAbility: "ability.json" in run.artifacts,
    hasInfluence: "influence.json" in run.artifacts,
    snapshot: {
      id: snapshot.id,
      number: snapshot.number,
      split: snapshot.split,
      splitSha256: snapshot.splitSha256,
    },
    datanet: {
      id: datanet.id,
      name: datanet.name,
      goal: datanet.goal,
      licence: datanet.licence,
      isSample: datanet.isSample,
    },
    /** Every version it trains on; `snapshot` and `datanet` are the first of them. */
    sources: sources.map((source) => ({
      snapshotId: source.snapshot.id,
      version: source.snapshot.number,
      split: source.snapshot.split,
      splitSha256: source.snapshot.splitSha256,
      datanetId: source.datanet.id,
      name: source.datanet.name,
      licence: source.datanet.licence,
    })),
    licence: licence.ok ? licence.licence : null,
    dropped: run.dropped,
    excluded: await ctx.db
      .select({ id: accounts.id, name: accounts.name, address: accounts.address })
      .from(accounts)
      .where(inArray(accounts.id, run.excludedContributorIds)),
    builder: { id: builder.id, name: builder.name, address: builder.address },
    transaction: transaction ?? null,
    adapter: await adapterOf(ctx, run),
    evaluation: summary && {
      ...summary,
      /** With the 95 % interval of each category's own difference. */
      categories: summary.categories.map((one) => {
        const [low, high] = agrestiMin(one.fixed, one.broken, one.n);
        return { ...one, low, high };
      }),
      verdict: evaluation!.verdict as Verdict,
      opening: evaluation!.opening,
      openings: benchmark?.openings ?? evaluation!.opening,
      sha256: evaluation!.sha256,
    },
  };
}

/** The run's own adapter, or its builder's earlier one that is the very same file. */
async function adapterOf(ctx: Context, run: typeof trainingRuns.$inferSelect) {
  const sha256 = run.artifacts[ADAPTER];
  if (!sha256) return null;
  const [adapter] = await ctx.db
    .select({
      id: adapters.id,
      name: adapters.name,
      sha256: adapters.sha256,
      runId: adapters.runId,
      publication: publications.status,
    })
    .from(adapters)
    .leftJoin(publications, eq(publications.adapterId, adapters.id))
    .where(and(eq(adapters.builderId, run.builderId), eq(adapters.sha256, sha256)));
  return adapter ? { ...adapter, isOfEarlierRun: adapter.runId !== run.id } : null;
}

/** Events of a stage after a sequence number, oldest first: a live page asks from where it left off. */
export async function listRunEvents(ctx: Context, input: z.output<typeof RunEventsInput>) {
  await requireReadableRun(ctx, input.runId);
  return ctx.db
    .select({
      seq: runEvents.seq,
      attempt: runEvents.attempt,
      type: runEvents.type,
      level: runEvents.level,
      message: runEvents.message,
      data: runEvents.data,
      at: runEvents.at,
    })
    .from(runEvents)
    .where(
      and(eq(runEvents.runId, input.runId), eq(runEvents.stage, input.stage), gt(runEvents.seq, input.after)),
    )
    .orderBy(asc(runEvents.seq))
    .limit(input.limit);
}

/** What a person reads while a run goes on: its messages and warnings of every stage, newest first. */
export async function listRunMessages(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  return ctx.db
    .select({
      stage: runEvents.stage,
      seq: runEvents.seq,
      level: runEvents.level,
      message: runEvents.message,
      at: runEvents.at,
    })
    .from(runEvents)
    .where(and(eq(runEvents.runId, runId), sql`${runEvents.message} <> ''`))
    .orderBy(desc(runEvents.at), desc(runEvents.seq))
    .limit(100);
}

export type CurvePoint = { step: number; trainLoss: number | null; validationLoss: number | null };

/**
 * The loss curve so far, nats per answer token. A resumed attempt repeats steps with the same values, so the last
 * event of a step counts; long curves keep every validation point and thin out the rest.
 */
export async function getCurve(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  const events = await ctx.db
    .select({ data: runEvents.data })
    .from(runEvents)
    .where(and(eq(runEvents.runId, runId), eq(runEvents.stage, "training"), eq(runEvents.type, "metrics")))
    .orderBy(asc(runEvents.seq));
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  const bySteps = new Map<number, CurvePoint>();
  for (const { data } of events) {
    const step = number(data.step);
    if (step === null) continue;
    bySteps.set(step, {
      step,
      trainLoss: number(data.train_loss),
      validationLoss: number(data.validation_loss),
    });
  }
  const all = [...bySteps.values()].sort((a, b) => a.step - b.step);
  const every = Math.max(1, Math.ceil(all.length / CURVE_POINTS));
  const last = events.at(-1)?.data;
  return {
    points: all.filter(
      (point, i) => i % every === 0 || point.validationLoss !== null || i === all.length - 1,
    ),
    totalSteps: number(last?.total_steps),
    epoch: number(last?.epoch),
    rowsPerSecond: number(last?.rows_per_second),
    attempt: number(last?.attempt),
    samples: await lastSamples(ctx, runId),
  };
}

/** Sample answers of the newest checkpoint, on validation questions. */
async function lastSamples(ctx: Context, runId: string) {
  const [event] = await ctx.db
    .select({ data: runEvents.data })
    .from(runEvents)
    .where(and(eq(runEvents.runId, runId), eq(runEvents.stage, "training"), eq(runEvents.type, "checkpoint")))
    .orderBy(desc(runEvents.seq))
    .limit(1);
  const samples = event?.data.sample_answers;
  if (!Array.isArray(samples)) return [];
  return samples.slice(0, 3).map((sample: Record<string, unknown>) => ({
    prompt: String(sample.prompt ?? ""),
    expected: String(sample.expected ?? ""),
    answer: String(sample.answer ?? sample.text ?? ""),
  }));
}
