import { and, asc, eq, inArray, notInArray } from "drizzle-orm";
import { accounts, trainingRuns } from "@/db/schema";
import { FINAL_RUN_STATUSES } from "@/db/schema/training-run.constants";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { comparePaired } from "@/server/evaluation/paired";
import { parseInfluence } from "@/server/influence/parse";
import { claimOf } from "@/server/influence/signs";
import { agreementOf, retrainSign } from "./agreement";
import { itemsOfOthers, ownersOf, pairOf, readItems, sharedItems } from "./compare";
import { trainableIds } from "./joinable";
import { nameContributors, rowsByContributor } from "./people";
import { listRunSources } from "./sources";
import { EVALUATION } from "./stages";

/** Checks by retraining of one run, oldest first, each with what it found beside the estimate, and who can be checked. */
export async function listRemovals(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  const [parent] = await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, runId));
  if (!parent) throw notFound("training run");
  const checks = await ctx.db
    .select({ run: trainingRuns, name: accounts.name, address: accounts.address })
    .from(trainingRuns)
    .innerJoin(accounts, eq(accounts.id, trainingRuns.builderId))
    .where(and(eq(trainingRuns.parentRunId, runId), eq(trainingRuns.kind, "removal")))
    .orderBy(asc(trainingRuns.createdAt), asc(trainingRuns.id));
  const rows = await rowsByContributor(ctx.blobs, parent);
  const leftOut = (run: (typeof checks)[number]["run"]) =>
    run.excludedContributorIds.find((id) => !parent.excludedContributorIds.includes(id))!;
  const people = await nameContributors(ctx.db, [
    ...new Set([...rows.keys(), ...checks.map(({ run }) => leftOut(run))]),
  ]);
  const estimates = await readEstimates(ctx, parent);
  const measured = checks.some(({ run }) => run.status === "succeeded")
    ? await readItems(ctx.blobs, parent)
    : null;
  const owners = await ownersOf(
    ctx.db,
    (measured ?? []).map(({ id }) => id),
  );
  const items = [];
  for (const { run, name, address } of checks) {
    const contributor = people.find(({ id }) => id === leftOut(run))!;
    const estimate = estimates(contributor.id);
    items.push({
      id: run.id,
      status: run.status,
      isFinal: (FINAL_RUN_STATUSES as readonly string[]).includes(run.status),
      isCancelRequested: run.isCancelRequested,
      isMine: run.builderId === ctx.actor?.accountId,
      progress: run.progress,
      problem: run.problem,
      startedBy: { name, address },
      createdAt: run.createdAt,
      contributor,
      estimate,
      result:
        run.status === "succeeded" && measured
          ? await resultOf(ctx, { parent, measured, owners }, run, contributor.id, estimate)
          : null,
    });
  }
  const sources = (await listRunSources(ctx.db, runId)).map(({ datanet }) => datanet);
  const open = await trainableIds(ctx, sources);
  return {
    items,
    /** Datanets that the asker would have to join before checking. */
    notJoined: sources
      .filter(({ id }) => !open.has(id))
      .map(({ id, name, contributeAccess }) => ({ id, name, contributeAccess })),
    contributors: people
      .filter(({ id }) => rows.has(id))
      .map((person) => ({ ...person, rows: rows.get(person.id)! }))
      .sort((a, b) => b.rows - a.rows),
  };
}

type Items = NonNullable<Awaited<ReturnType<typeof readItems>>>;

type Estimate = { value: number; low: number; high: number; sign: "+" | "-" | "0" };

const SIGN = { helped: "+", hurt: "-", depends: "0", open: "0" } as const;

/** Each contributor's estimated total on all sealed questions, with the sign that the run's page claims. */
async function readEstimates(
  ctx: Context,
  run: typeof trainingRuns.$inferSelect,
): Promise<(contributorId: string) => Estimate | null> {
  const sha256 = run.artifacts["influence.json"];
  if (!sha256) return () => null;
  const influence = parseInfluence(await ctx.blobs.get(sha256));
  return (contributorId) => {
    const group = influence.contributors.find(({ id }) => id === contributorId);
    if (!group) return null;
    const { value, low, high } = group;
    return { value, low, high, sign: SIGN[claimOf(group)] };
  };
}

type Paired = { all: ReturnType<typeof comparePaired>; others: ReturnType<typeof comparePaired> };

/** What pairing two measured runs came to: neither changes any more, and reading a test of thousands takes its time. */
const paired = new Map<string, Paired>();
const MOST_KEPT = 2_000;

type Parent = { parent: typeof trainingRuns.$inferSelect; measured: Items; owners: Map<string, string> };

/** The run without them paired with the run; what counts for the sign is every question, as in the estimate. */
async function resultOf(
  ctx: Context,
  of: Parent,
  run: typeof trainingRuns.$inferSelect,
  contributorId: string,
  estimate: Estimate | null,
) {
  const found = await pair(ctx, of, run, contributorId);
  if (!found) return null;
  const [sign, othersSign] = [retrainSign(found.all), retrainSign(found.others)];
  return { ...found, sign, othersSign, agreement: estimate ? agreementOf(estimate.sign, sign) : null };
}

async function pair(
  ctx: Context,
  { parent, measured, owners }: Parent,
  run: typeof trainingRuns.$inferSelect,
  contributorId: string,
): Promise<Paired | null> {
  const key = [parent.id, parent.artifacts[EVALUATION], run.id, run.artifacts[EVALUATION]].join(" ");
  const kept = paired.get(key);
  if (kept) return kept;
  const answered = await readItems(ctx.blobs, run);
  if (!answered) return null;
  const shared = sharedItems(measured, answered);
  const others = itemsOfOthers(shared, owners, [contributorId]);
  const made = { all: comparePaired(shared.map(pairOf)), others: comparePaired(others.map(pairOf)) };
  if (paired.size >= MOST_KEPT) paired.clear();
  paired.set(key, made);
  return made;
}

/** Whether a training or a measure run is under way: removal checks and traces wait until there are none. */
export async function hasTrainingUnderWay(db: Context["db"]): Promise<boolean> {
  const [run] = await db
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .where(
      and(
        notInArray(trainingRuns.kind, ["removal", "trace"]),
        inArray(trainingRuns.status, ["baseline", "training", "evaluating", "ability", "scoring"]),
      ),
    )
    .limit(1);
  return run !== undefined;
}
