import { inArray } from "drizzle-orm";
import type { z } from "zod";
import { records, trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { AppError, notFound } from "@/server/errors";
import { comparePaired } from "@/server/evaluation/paired";
import { type EvaluationItem, parseEvaluation } from "@/server/evaluation/parse";
import type { BlobStore } from "@/server/storage/blob-store";
import { RUNNER_DEFAULTS } from "./config";
import { nameContributors, rowsByContributor } from "./people";
import type { TrainingRunRow } from "./policy";
import type { CompareRunsInput } from "./schemas";
import { listRunSources } from "./sources";
import { EVALUATION } from "./stages";

/** Shown questions listed of each kind; the totals count all. */
const MOST_LISTED = 50;

type Item = { id: string; sealed: boolean; first: EvaluationItem; second: EvaluationItem };

/** Questions that both runs were asked: the same row with the same accepted answers. */
export function sharedItems(first: readonly EvaluationItem[], second: readonly EvaluationItem[]): Item[] {
  const byId = new Map(first.map((item) => [item.id, item]));
  return second.flatMap((item) => {
    const other = byId.get(item.id);
    if (!other?.answers.tuned || !item.answers.tuned || !sameAnswers(other, item)) return [];
    return [{ id: item.id, sealed: item.sealed || other.sealed, first: other, second: item }];
  });
}

const sameAnswers = (a: EvaluationItem, b: EvaluationItem) =>
  JSON.stringify([...a.expected].sort()) === JSON.stringify([...b.expected].sort());

export const pairOf = ({ first, second }: Item): [boolean, boolean] => [
  first.answers.tuned!.correct,
  second.answers.tuned!.correct,
];

/** Whose row each question is, by the question's id. */
export async function ownersOf(db: Context["db"], ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: records.id, contributorId: records.contributorId })
    .from(records)
    .where(inArray(records.id, ids));
  return new Map(rows.map(({ id, contributorId }) => [id, contributorId]));
}

/** The shared questions whose row is of none of these people. */
export const itemsOfOthers = (items: Item[], owners: Map<string, string>, peopleIds: readonly string[]) =>
  items.filter(({ id }) => !peopleIds.includes(owners.get(id) ?? ""));

/** People whose rows one of two runs trained on and the other left out on purpose. */
export const leftOutOnce = (a: readonly string[], b: readonly string[]): string[] =>
  [...new Set([...a, ...b])].filter((id) => a.includes(id) !== b.includes(id));

/**
 * Two runs, paired on the questions both tested; `difference` is of the second to the first. Readable by whoever may read both:
 * sealed questions count in the totals and are never listed. Errors: NOT_FOUND, NOT_MEASURED, METRICS_DIFFER, JUDGED_BY_PEOPLE.
 */
export async function compareRuns(ctx: Context, input: z.output<typeof CompareRunsInput>) {
  const [a, b] = await Promise.all([load(ctx, input.a), load(ctx, input.b)]);
  if (a.run.metric !== b.run.metric) throw metricsDiffer();
  if (a.run.metric === "preference") throw judgedByPeople();
  const shared = sharedItems(a.items, b.items);
  const outIds = leftOutOnce(a.run.excludedContributorIds, b.run.excludedContributorIds);
  const owners = await ownersOf(ctx.db, outIds.length > 0 ? shared.map(({ id }) => id) : []);
  const others = outIds.length > 0 ? itemsOfOthers(shared, owners, outIds) : [];
  const shown = shared.filter(({ sealed }) => !sealed);
  const listed = (wanted: [boolean, boolean]) =>
    shown.filter((item) => String(pairOf(item)) === String(wanted));
  const [fixed, broken] = [listed([false, true]), listed([true, false])];
  const people = await peopleDiffering(ctx, a.run, b.run);
  return {
    a: headOf(a),
    b: headOf(b),
    isChild: b.run.parentRunId === a.run.id,
    shared: comparePaired(shared.map(pairOf)),
    notShared: { a: a.items.length - shared.length, b: b.items.length - shared.length },
    /** On the questions of everyone but those whom one run left out; null where nobody was. */
    others: outIds.length > 0 ? comparePaired(others.map(pairOf)) : null,
    leftOutOnce: await nameContributors(ctx.db, outIds),
    settings: settingsDiffering(a.run, b.run),
    people,
    items: {
      shown: shown.length,
      sealed: shared.length - shown.length,
      fixedCount: fixed.length,
      brokenCount: broken.length,
      fixed: fixed.slice(0, MOST_LISTED).map(show),
      broken: broken.slice(0, MOST_LISTED).map(show),
    },
  };
}

type Loaded = Awaited<ReturnType<typeof load>>;

async function load(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  const [run] = await ctx.db
    .select()
    .from(trainingRuns)
    .where(inArray(trainingRuns.id, [runId]));
  if (!run) throw notFound("training run");
  const items = await readItems(ctx.blobs, run);
  if (!items) throw notMeasured();
  return { run, items, sources: await listRunSources(ctx.db, runId) };
}

/** What a run answered to its test; null before it was measured. */
export async function readItems(
  blobs: BlobStore,
  run: Pick<TrainingRunRow, "artifacts">,
): Promise<EvaluationItem[] | null> {
  const sha256 = run.artifacts[EVALUATION];
  return sha256 ? parseEvaluation(await blobs.get(sha256)).items : null;
}

const headOf = ({ run, items, sources }: Loaded) => ({
  id: run.id,
  kind: run.kind,
  preset: run.preset,
  baseId: run.baseId,
  seed: run.seed,
  createdAt: run.createdAt,
  metric: run.metric,
  right: items.filter(({ answers }) => answers.tuned?.correct).length,
  n: items.length,
  sources: sources.map(({ snapshot, datanet }) => ({
    snapshotId: snapshot.id,
    version: snapshot.number,
    datanetId: datanet.id,
    name: datanet.name,
  })),
});

const show = ({ id, first, second }: Item) => ({
  id,
  category: second.category,
  prompt: second.prompt,
  expected: second.expected,
  /** Named as the side-by-side list names them: the first run's answer, then the second's. */
  base: first.answers.tuned!,
  tuned: second.answers.tuned!,
});

/** Parts of the settings that say what was trained on, which the comparison lists on their own. */
const NOT_SETTINGS = new Set(["base_hash", "task", "excluded_contributors"]);

export type SettingDifference = { name: string; a: string | null; b: string | null };

type Configured = Pick<TrainingRunRow, "kind" | "config">;

/** Settings of the training that took another value, by the runner's names. */
export function settingsDiffering(a: Configured, b: Configured): SettingDifference[] {
  const [first, second] = [settingsOf(a), settingsOf(b)];
  return Object.keys(first)
    .filter((name) => name in second && !NOT_SETTINGS.has(name))
    .map((name) => ({ name, a: text(first[name]), b: text(second[name]) }))
    .filter((setting) => setting.a !== setting.b);
}

/** One that is absent took the runner's default; of an adapter made elsewhere none is known. */
const settingsOf = ({ kind, config }: Configured): Record<string, unknown> =>
  kind === "measure" ? {} : { ...RUNNER_DEFAULTS, ...config };

const text = (value: unknown): string | null =>
  value === undefined || value === null ? null : Array.isArray(value) ? value.join(", ") : String(value);

/** People who gave another number of training rows to one run than to the other. */
async function peopleDiffering(ctx: Context, a: TrainingRunRow, b: TrainingRunRow) {
  // Its input holds the rows that the prompted base is shown; nobody knows what it was trained on.
  if (a.kind === "measure" || b.kind === "measure") return [];
  const [rowsA, rowsB] = await Promise.all([
    rowsByContributor(ctx.blobs, a),
    rowsByContributor(ctx.blobs, b),
  ]);
  const ids = [...new Set([...rowsA.keys(), ...rowsB.keys()])].filter(
    (id) => rowsA.get(id) !== rowsB.get(id),
  );
  const named = await nameContributors(ctx.db, ids);
  return named.map((person) => ({ ...person, a: rowsA.get(person.id) ?? 0, b: rowsB.get(person.id) ?? 0 }));
}

const notMeasured = () =>
  new AppError(
    "UNPROCESSABLE",
    "NOT_MEASURED",
    "One of these runs was not measured, so there is nothing to compare.",
    "Choose two runs that finished. A run that still goes on can be compared once its test was taken.",
  );

const metricsDiffer = () =>
  new AppError(
    "UNPROCESSABLE",
    "METRICS_DIFFER",
    "These runs have different goals, so no question was asked of both.",
    "Choose two runs with the same goal.",
  );

const judgedByPeople = () =>
  new AppError(
    "UNPROCESSABLE",
    "JUDGED_BY_PEOPLE",
    "A style is judged by people, each run against its own base, so two runs have no right answers in common to count.",
    "Read each run's own page: it says how its answers were judged.",
  );
