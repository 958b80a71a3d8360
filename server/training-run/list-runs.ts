import { type AnyColumn, and, count, desc, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import {
  accounts,
  adapters,
  datanets,
  evaluations,
  snapshots,
  trainingRunSnapshots,
  trainingRuns,
} from "@/db/schema";
import type { RUN_SORTS } from "@/db/schema/training-run.constants";
import { requireReadableDatanet } from "@/server/access/require";
import { isReadableRun } from "@/server/access/visible";
import type { Context } from "@/server/context";
import type { EvaluationSummary } from "@/server/evaluation/parse";
import { everyWord, inOrder } from "@/server/list-order";
import type { ListRunsInput } from "./schemas";

const ofDatanet = (ctx: Context, datanetId: string) =>
  inArray(
    trainingRuns.id,
    ctx.db
      .select({ id: trainingRunSnapshots.runId })
      .from(trainingRunSnapshots)
      .where(eq(trainingRunSnapshots.datanetId, datanetId)),
  );

const SEARCHED = [
  datanets.name,
  accounts.name,
  accounts.address,
  adapters.name,
  trainingRuns.baseId,
  trainingRuns.preset,
];

const SORTS: Record<(typeof RUN_SORTS)[number], (AnyColumn | SQL)[]> = {
  run: [sql`lower(${datanets.name})`, snapshots.number, trainingRuns.preset],
  verdict: [evaluations.verdict],
  difference: [
    sql`coalesce(${evaluations.summary} -> 'preference' ->> 'difference', ${evaluations.summary} -> 'comparison' ->> 'difference')::float8`,
  ],
  status: [trainingRuns.status],
  base: [trainingRuns.baseId],
  by: [sql`lower(coalesce(${accounts.name}, ${accounts.address}))`],
  at: [trainingRuns.createdAt],
};

/**
 * A page of the runs of one Datanet or of all, in the order asked for, and how many there are. Only of measured ones are
 * those of adapters made elsewhere among them: they trained nothing, but can be compared.
 */
export async function listRuns(ctx: Context, input: z.output<typeof ListRunsInput>) {
  if (input.datanetId) await requireReadableDatanet(ctx, input.datanetId);
  const where = and(
    inArray(trainingRuns.kind, input.isMeasured ? ["training", "measure"] : ["training"]),
    isReadableRun(ctx.actor),
    input.datanetId ? ofDatanet(ctx, input.datanetId) : undefined,
    input.isMeasured ? isNotNull(evaluations.runId) : undefined,
    everyWord(input.search, SEARCHED),
  );
  const items = await ctx.db
    .select({
      id: trainingRuns.id,
      kind: trainingRuns.kind,
      adapterName: adapters.name,
      status: trainingRuns.status,
      baseId: trainingRuns.baseId,
      preset: trainingRuns.preset,
      progress: trainingRuns.progress,
      createdAt: trainingRuns.createdAt,
      finishedAt: trainingRuns.finishedAt,
      datanetId: datanets.id,
      datanetName: datanets.name,
      version: snapshots.number,
      datanets: sql<number>`(select count(*)::int from ${trainingRunSnapshots} where ${trainingRunSnapshots.runId} = ${trainingRuns.id})`,
      builderName: accounts.name,
      builderAddress: accounts.address,
      verdict: evaluations.verdict,
      summary: evaluations.summary,
    })
    .from(trainingRuns)
    .innerJoin(snapshots, eq(snapshots.id, trainingRuns.snapshotId))
    .innerJoin(datanets, eq(datanets.id, trainingRuns.datanetId))
    .innerJoin(accounts, eq(accounts.id, trainingRuns.builderId))
    .leftJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .leftJoin(adapters, eq(adapters.runId, trainingRuns.id))
    .where(where)
    .orderBy(
      ...(input.sort ? inOrder(SORTS[input.sort.key], input.sort.direction) : []),
      desc(trainingRuns.createdAt),
      desc(trainingRuns.id),
    )
    .limit(input.limit)
    .offset(input.offset);
  const [total] = await ctx.db
    .select({ n: count() })
    .from(trainingRuns)
    .innerJoin(datanets, eq(datanets.id, trainingRuns.datanetId))
    .innerJoin(accounts, eq(accounts.id, trainingRuns.builderId))
    .leftJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .leftJoin(adapters, eq(adapters.runId, trainingRuns.id))
    .where(where);
  return {
    items: items.map(({ summary, ...item }) => ({
      ...item,
      ...differenceOf(summary as EvaluationSummary | null),
    })),
    total: total!.n,
  };
}

/** What a list says of a result; of a style what people said of it, over what they judged. */
function differenceOf(measured: EvaluationSummary | null) {
  if (measured?.metric === "preference") {
    const { difference, judged } = measured.preference ?? { difference: null, judged: null };
    return { difference, testItems: judged };
  }
  return { difference: measured?.comparison.difference ?? null, testItems: measured?.n ?? null };
}
