import { and, desc, eq, inArray } from "drizzle-orm";
import { accounts, datanets, trainingRuns } from "@/db/schema";
import { FINAL_RUN_STATUSES } from "@/db/schema/training-run.constants";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { agreeOverFew, agreeOverMany, judge, LEAST_EPS } from "@/server/influence/agree";
import { parseInfluence } from "@/server/influence/parse";
import { parseReplay, type Replay } from "@/server/influence/replay-file";
import type { TrainingConfig } from "./config";
import { trainableIds } from "./joinable";
import { nameContributors } from "./people";
import { readRetrained } from "./retrained";
import { listRunSources } from "./sources";
import { INFLUENCE, REPLAY, TRAINING_MANIFEST } from "./stages";
import { isTraceable } from "./start-trace";
import { traceSeconds } from "./trace-length";

type RunRow = typeof trainingRuns.$inferSelect;

/**
 * The trace of a run: a finished one, else the newest, with how far the fast scores agree with it; and, before there is
 * one, what it would cost and who may ask. Readable by whoever may read the run.
 */
export async function getTrace(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  const [parent] = await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, runId));
  if (!parent) throw notFound("training run");
  const traces = await ctx.db
    .select({ run: trainingRuns, name: accounts.name, address: accounts.address })
    .from(trainingRuns)
    .innerJoin(accounts, eq(accounts.id, trainingRuns.builderId))
    .where(and(eq(trainingRuns.parentRunId, runId), eq(trainingRuns.kind, "trace")))
    .orderBy(desc(trainingRuns.createdAt));
  const shown = traces.find(({ run }) => run.status === "succeeded") ?? traces[0];
  const sources = (await listRunSources(ctx.db, runId)).map(({ datanet }) => datanet);
  const open = await trainableIds(ctx, sources);
  return {
    isTraceable: isTraceable(parent),
    /** Known before it is asked for: the settings it was trained with. */
    willBeRough: ((parent.config as Partial<TrainingConfig>).adam_eps ?? 1e-8) < LEAST_EPS,
    estimate: isTraceable(parent) ? await expected(ctx, parent) : null,
    ...(await readRetrained(ctx, parent)),
    /** Datanets that the asker would have to join before asking. */
    notJoined: sources
      .filter(({ id }) => !open.has(id))
      .map(({ id, name, contributeAccess }) => ({ id, name, contributeAccess })),
    trace: shown
      ? {
          id: shown.run.id,
          status: shown.run.status,
          isFinal: (FINAL_RUN_STATUSES as readonly string[]).includes(shown.run.status),
          isCancelRequested: shown.run.isCancelRequested,
          isMine: shown.run.builderId === ctx.actor?.accountId,
          progress: shown.run.progress,
          problem: shown.run.problem,
          startedBy: { name: shown.name, address: shown.address },
          result: shown.run.status === "succeeded" ? await resultOf(ctx, parent, shown.run) : null,
        }
      : null,
  };
}

async function expected(ctx: Context, parent: RunRow) {
  const [manifest, test] = [parent.artifacts[TRAINING_MANIFEST]!, parent.inputs.test!];
  const lines = (await ctx.blobs.get(test)).toString("utf8");
  return traceSeconds(await ctx.blobs.get(manifest), lines, parent.stageSeconds.training ?? 0);
}

async function resultOf(ctx: Context, parent: RunRow, trace: RunRow) {
  const sha256 = trace.artifacts[REPLAY]!;
  const {
    rows,
    contributors,
    contributions,
    datanets: nets,
    ...replay
  } = parseReplay(await ctx.blobs.get(sha256));
  const isRough = replay.adamEps < LEAST_EPS;
  const people = await nameContributors(
    ctx.db,
    contributors.map(({ id }) => id),
  );
  const names = await ctx.db
    .select({ id: datanets.id, name: datanets.name })
    .from(datanets)
    .where(
      inArray(
        datanets.id,
        nets.map(({ id }) => id),
      ),
    );
  return {
    sha256,
    method: replay.method,
    unit: replay.unit,
    interval: replay.interval,
    steps: replay.steps,
    items: replay.items,
    seconds: replay.seconds,
    isEqual: replay.isEqual,
    isRough,
    categories: replay.categories,
    contributors: contributors.flatMap((group) => {
      const person = people.find(({ id }) => id === group.id);
      return person ? [{ ...group, name: person.name, address: person.address }] : [];
    }),
    contributions: contributions.map(({ id, value, low, high }) => ({ id, value, low, high })),
    datanets: nets.flatMap((group) => {
      const net = names.find(({ id }) => id === group.id);
      return net ? [{ ...group, name: net.name }] : [];
    }),
    agreement: await agreementWith(ctx, parent, contributors, rows, isRough),
  };
}

/** How far the fast scores of the run agree with its trace; null before it is scored. */
async function agreementWith(
  ctx: Context,
  parent: RunRow,
  contributors: Replay["contributors"],
  rows: Replay["rows"],
  isRough: boolean,
) {
  const sha256 = parent.artifacts[INFLUENCE];
  if (!sha256) return null;
  const fast = parseInfluence(await ctx.blobs.get(sha256));
  const paired = <T extends { id: string }, U extends { id: string }>(mine: T[], theirs: U[]): [T, U][] => {
    const byId = new Map(theirs.map((entry) => [entry.id, entry]));
    return mine.flatMap((entry) => {
      const other = byId.get(entry.id);
      return other ? [[entry, other] as [T, U]] : [];
    });
  };
  const people = paired(fast.contributors, contributors);
  const single = paired(fast.rows, rows);
  const overPeople = agreeOverFew(
    people.map(([a]) => a),
    people.map(([, b]) => b),
  );
  const overRows = agreeOverMany(
    single.map(([a]) => a.value),
    single.map(([, b]) => b.value),
  );
  return { people: overPeople, rows: overRows, ...judge(overPeople, overRows, isRough) };
}
