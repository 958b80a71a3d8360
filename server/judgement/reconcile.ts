import { and, desc, eq, sql } from "drizzle-orm";
import { evaluations, modelJudgements, trainingRuns } from "@/db/schema";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { listRunSources } from "@/server/training-run/sources";
import { askBothOrders, type JudgeModel } from "./ask-model";
import { requireJudgedRun } from "./policy";
import { readPairs } from "./queries";
import { isSame } from "./tally";

/** Pairs asked in one step of the worker, at the same time. */
const AT_ONCE = 3;
/** A judge model that is away is left alone for so long. */
const PAUSE_MS = 5 * 60_000;

/**
 * Where the operator named a judge model, asks it about every pair of every style run, a few in each step. It decides
 * nothing: how far it agrees with the people stands beside their verdict.
 */
export function modelJudge({
  db,
  blobs,
  env,
}: Pick<WorkerDeps, "db" | "blobs" | "env">): () => Promise<void> {
  const { JUDGE_URL: url, JUDGE_MODEL: model, JUDGE_KEY: key } = env;
  if (!url || !model) return async () => {};
  const judge: JudgeModel = { url, model, ...(key ? { key } : {}) };
  let restUntil = 0;
  return async () => {
    if (Date.now() < restUntil) return;
    const run = await nextRun(db, model);
    if (!run) return;
    const { pairs } = await readPairs(blobs, await requireJudgedRun(db, run.id));
    const asked = await db
      .select({ itemId: modelJudgements.itemId })
      .from(modelJudgements)
      .where(and(eq(modelJudgements.runId, run.id), eq(modelJudgements.model, model)));
    const known = new Set(asked.map(({ itemId }) => itemId));
    const guidelines = (await listRunSources(db, run.id))
      .map(({ datanet }) => datanet.guidelines)
      .join("\n\n");
    const next = pairs.filter(({ id }) => !known.has(id)).slice(0, AT_ONCE);
    try {
      const said = await Promise.all(
        next.map(async (pair) => ({
          runId: run.id,
          itemId: pair.id,
          model,
          ...(isSame(pair)
            ? { tunedFirst: "tie" as const, baseFirst: "tie" as const }
            : await askBothOrders(judge, { guidelines, ...pair })),
        })),
      );
      await db.insert(modelJudgements).values(said).onConflictDoNothing();
    } catch (error) {
      restUntil = Date.now() + PAUSE_MS;
      throw error;
    }
  };
}

/** The newest measured style run that this model has not judged whole. */
async function nextRun(db: WorkerDeps["db"], model: string) {
  const asked = sql`(select count(*) from ${modelJudgements}
    where ${modelJudgements.runId} = ${trainingRuns.id} and ${modelJudgements.model} = ${model})`;
  const [run] = await db
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .innerJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .where(and(eq(trainingRuns.metric, "preference"), sql`${asked} < (${evaluations.summary} ->> 'n')::int`))
    .orderBy(desc(trainingRuns.createdAt))
    .limit(1);
  return run ?? null;
}
