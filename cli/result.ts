import { z } from "zod";
import type { Ability } from "@/server/evaluation/ability";
import type { Evaluation } from "@/server/evaluation/parse";
import { abilitySentence } from "@/server/evaluation/words";
import { readArtifact } from "@/server/runner/artifact";
import type { RunData } from "./data";
import { EXIT_FAILED, Failure } from "./failure";

const Total = z.object({ value: z.number(), low: z.number(), high: z.number() });
/** What the result takes from influence.json; ids are the names given on the command line. */
const Influence = z.object({
  format: z.literal("modelfactory.influence/1"),
  unit: z.string(),
  contributors: z.array(Total.extend({ id: z.string(), rows: z.int().min(0), others: Total.nullable() })),
});

export type ResultParts = {
  data: RunData;
  evaluation: Evaluation;
  ability: Ability;
  influence: Uint8Array;
  adapter: { path: string; sha256: string };
  seconds: Record<string, number>;
};

/** The one JSON object of `factory run`; also OUT/result.json. Rates are fractions, differences −1 to 1. */
export function toResult({ data, evaluation, ability, influence, adapter, seconds }: ResultParts) {
  const { comparison, comparisonPrompted, arms, metric, categories, fields } = evaluation;
  if (comparison === null || arms.base === undefined || arms.tuned === undefined) {
    throw new Failure("RUNNER_PROTOCOL", "The evaluation compares nothing.", "Report this.", EXIT_FAILED);
  }
  const { unit, contributors } = readArtifact("influence.json", Influence, influence);
  const { train, validation, test, sealed, removed, removedBy, clusters } = data.split.manifest.counts;
  return {
    rows: data.rows,
    problems: data.counts,
    split: {
      train,
      validation,
      test,
      sealed,
      removed,
      removedBy,
      clusters,
      testTooSmall: data.split.testTooSmall,
    },
    labels: data.labels,
    ...(data.fields.length > 0 ? { fields: data.fields } : {}),
    metric,
    base: armOf(arms.base),
    prompted: arms.prompted ? armOf(arms.prompted) : null,
    majority: arms.majority ? armOf(arms.majority) : null,
    tuned: armOf(arms.tuned),
    difference: comparison.difference,
    interval: [comparison.low, comparison.high],
    pValue: comparison.pValue,
    majorityPValue: comparison.vsMajorityPValue,
    fixed: comparison.fixed,
    broken: comparison.broken,
    verdict: comparison.verdict,
    reason: comparison.reason,
    minDetectable: comparison.minDetectable,
    againstPrompted: comparisonPrompted && {
      difference: comparisonPrompted.difference,
      interval: [comparisonPrompted.low, comparisonPrompted.high],
      pValue: comparisonPrompted.pValue,
    },
    ...(fields ? { byField: fieldRates(fields, arms) } : {}),
    categories: categories.map(({ category, n, base, tuned }) => ({ category, n, base, tuned })),
    /** The fixed suite before and after; `interval` ends are each at one-sided 5 %. */
    generalAbility: {
      suite: ability.suite.sha256,
      margin: ability.margin,
      ...keptOf(ability.overall),
      abilities: ability.abilities.map(({ name, ...one }) => ({ ability: name, ...keptOf(one) })),
    },
    /** On all sealed questions and, in `others`, on those of other contributors only; null where they are too few. */
    influence: contributors.map(({ id, rows, value, low, high, others }) => ({
      contributor: id,
      rows,
      value,
      low,
      high,
      others,
    })),
    influenceUnit: `${unit}; an estimate`,
    adapter,
    seconds,
  };
}
export type RunResult = ReturnType<typeof toResult>;

const keptOf = ({ n, before, after, difference, low, high, verdict }: Ability["overall"]) => ({
  n,
  before,
  after,
  difference,
  interval: [low, high],
  verdict,
});

type Arm = Evaluation["arms"][string];
const armOf = ({ rate, n, low, high, correct, contains, inForm, likeness }: Arm) => ({
  value: rate,
  n,
  low,
  high,
  correct,
  ...(contains ? { contains: { value: contains.rate, low: contains.low, high: contains.high } } : {}),
  ...(inForm ? { notInForm: inForm.n - inForm.correct } : {}),
  ...(likeness ? { tokenF1: likeness.f1, lengthRatio: likeness.lengthRatio } : {}),
});

/** Each field on its own, before and after. */
const fieldRates = (fields: NonNullable<Evaluation["fields"]>, arms: Evaluation["arms"]) =>
  fields.map(({ field, fixed, broken, difference, low, high, pHolm }) => ({
    field,
    base: arms.base!.perField![field]!,
    tuned: arms.tuned!.perField![field]!,
    fixed,
    broken,
    difference,
    interval: [low, high],
    pHolm,
  }));

const abilityOf = ({ generalAbility: { interval, ...rest } }: RunResult) => ({
  ...rest,
  low: interval[0]!,
  high: interval[1]!,
  itemsNeeded: null,
});

/** The result for a person. */
export function resultText(result: RunResult): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const points = (share: number) => `${share >= 0 ? "+" : ""}${(100 * share).toFixed(1)}`;
  const [low, high] = result.interval as [number, number];
  const total = ({ value, low: from, high: to }: z.output<typeof Total>) => {
    const sign = from > 0 ? "helped" : to < 0 ? "hurt" : "no clear effect";
    return `${value.toFixed(4)} (${from.toFixed(4)} to ${to.toFixed(4)}), ${sign}`;
  };
  const people = result.influence.map(
    ({ contributor, others, ...all }) =>
      `  ${contributor}: ${total(all)}${others ? `; on others' questions ${total(others)}` : ""}`,
  );
  const perField = (result.byField ?? []).map(
    ({ field, base, tuned, pHolm }) =>
      `  ${field}: ${percent(base.rate)} → ${percent(tuned.rate)}${pHolm < 0.05 ? "" : ", not told from chance"}`,
  );
  const form = result.tuned.notInForm;
  const likeness = result.tuned.tokenF1;
  return [
    `Verdict: ${result.verdict.replaceAll("_", " ")}. ${result.reason}`,
    `${percent(result.base.value)} → ${percent(result.tuned.value)} of ${result.tuned.n} test questions, ` +
      `${points(result.difference)} points (95 % interval ${points(low)} to ${points(high)}), ` +
      `${result.fixed} fixed, ${result.broken} broken`,
    ...(perField.length > 0 ? ["By field:", ...perField] : []),
    ...(form === undefined
      ? []
      : [`Answers of the adapter that are not in the form: ${form} of ${result.tuned.n}`]),
    ...(likeness === undefined
      ? []
      : [
          `Token F1 with the reference ${likeness.toFixed(2)} (base ${result.base.tokenF1!.toFixed(2)}); it decides nothing.`,
        ]),
    abilitySentence(abilityOf(result), result.generalAbility.margin),
    "Influence by contributor: how much less wrong the sealed questions were answered with their rows (above zero helped), an estimate:",
    ...people,
    `Adapter: ${result.adapter.path}`,
  ].join("\n");
}
