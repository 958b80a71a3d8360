import { z } from "zod";
import type { PreferenceSummary } from "@/server/judgement/tally";
import { readArtifact } from "@/server/runner/artifact";
import { VERDICTS } from "./schemas";

/** evaluation.json as the runner writes it: rates are fractions 0..1, differences fractions -1..1. */
const Rate = z.object({
  correct: z.int().min(0),
  n: z.int().min(0),
  rate: z.number().min(0).max(1),
  low: z.number().min(0).max(1),
  high: z.number().min(0).max(1),
});
const PerLabel = z.object({
  precision: z.number().min(0).max(1),
  recall: z.number().min(0).max(1),
  f1: z.number().min(0).max(1),
  support: z.int().min(0),
});
const Arm = Rate.extend({
  contains: Rate.nullish(),
  per_class: z.record(z.string(), PerLabel).nullish(),
  /** Of extracted fields: answers that are an object of exactly these, and each field on its own. */
  in_form: Rate.optional(),
  per_field: z.record(z.string(), Rate).optional(),
  /** Of a style, deciding nothing: likeness to the reference in words, and length as a share of its. */
  f1: z.number().min(0).max(1).optional(),
  length_ratio: z.number().min(0).optional(),
}).transform(({ per_class, contains, in_form, per_field, f1, length_ratio, ...rest }) => ({
  ...rest,
  contains: contains ?? null,
  perLabel: per_class ?? null,
  ...(in_form && per_field ? { inForm: in_form, perField: per_field } : {}),
  ...(f1 !== undefined && length_ratio !== undefined ? { likeness: { f1, lengthRatio: length_ratio } } : {}),
}));

const Comparison = z
  .object({
    arm_a: z.string(),
    arm_b: z.string(),
    fixed: z.int().min(0),
    broken: z.int().min(0),
    both_right: z.int().min(0),
    both_wrong: z.int().min(0),
    difference: z.number(),
    interval: z.tuple([z.number(), z.number()]),
    p_value: z.number(),
    vs_majority_p_value: z.number().nullable(),
    verdict: z.enum(VERDICTS),
    reason: z.string(),
    min_detectable: z.number().nullable(),
    rows_needed: z.int().nullish(),
  })
  .transform((c) => ({
    fixed: c.fixed,
    broken: c.broken,
    bothRight: c.both_right,
    bothWrong: c.both_wrong,
    difference: c.difference,
    low: c.interval[0],
    high: c.interval[1],
    pValue: c.p_value,
    vsMajorityPValue: c.vs_majority_p_value,
    verdict: c.verdict,
    reason: c.reason,
    minDetectable: c.min_detectable,
    rowsNeeded: c.rows_needed ?? null,
  }));

const Category = z
  .object({
    category: z.string(),
    n: z.int().min(0),
    base: z.number(),
    tuned: z.number(),
    fixed: z.int().min(0),
    broken: z.int().min(0),
    p_value: z.number(),
    p_holm: z.number(),
  })
  .transform(({ p_value, p_holm, ...rest }) => ({ ...rest, pValue: p_value, pHolm: p_holm }));

const FieldChange = z
  .object({
    field: z.string(),
    n: z.int().min(0),
    fixed: z.int().min(0),
    broken: z.int().min(0),
    difference: z.number(),
    interval: z.tuple([z.number(), z.number()]),
    p_value: z.number(),
    p_holm: z.number(),
  })
  .transform(({ interval: [low, high], p_value, p_holm, ...rest }) => ({
    ...rest,
    low,
    high,
    pValue: p_value,
    pHolm: p_holm,
  }));

/** `fields` and `in_form` of extracted fields only: which of them are right, and whether it is an object of exactly them. */
const Answer = z
  .object({
    text: z.string(),
    correct: z.boolean(),
    in_form: z.boolean().optional(),
    fields: z.record(z.string(), z.boolean()).optional(),
  })
  .transform(({ in_form, ...rest }): typeof rest & { isInForm?: boolean } =>
    in_form === undefined ? rest : { ...rest, isInForm: in_form },
  );
const Item = z.object({
  id: z.string(),
  sealed: z.boolean(),
  category: z.string(),
  prompt: z.string(),
  expected: z.array(z.string()),
  answers: z.record(z.string(), Answer),
});
export type EvaluationItem = z.output<typeof Item>;

const Evaluation = z
  .object({
    format: z.literal("modelfactory.evaluation/1"),
    metric: z.enum(["accuracy", "exact_match", "all_fields", "preference"]),
    n: z.int().min(0),
    arms: z.record(z.string(), Arm),
    comparison: Comparison.nullable(),
    comparison_prompted: Comparison.nullish(),
    categories: z.array(Category),
    fields: z.array(FieldChange).optional(),
    items: z.array(Item),
    test_sha256: z.string().regex(/^[0-9a-f]{64}$/),
    seed: z.int(),
    seconds: z.number(),
  })
  .transform(({ comparison_prompted, test_sha256, ...rest }) => ({
    ...rest,
    comparisonPrompted: comparison_prompted ?? null,
    testSha256: test_sha256,
  }));
export type Evaluation = z.output<typeof Evaluation>;

/** Throws RUNNER_PROTOCOL when the file is not of the agreed form. */
export function parseEvaluation(content: Uint8Array): Evaluation {
  return readArtifact("evaluation.json", Evaluation, content);
}

/** The figures of one arm, as stored and shown. */
export type ArmSummary = z.output<typeof Arm>;
export type ComparisonSummary = z.output<typeof Comparison>;
export type CategorySummary = z.output<typeof Category>;
export type FieldSummary = z.output<typeof FieldChange>;

/** What the evaluations row keeps: every total, no item. */
export type EvaluationSummary = {
  metric: Evaluation["metric"];
  n: number;
  arms: Record<string, ArmSummary>;
  comparison: ComparisonSummary;
  comparisonPrompted: ComparisonSummary | null;
  categories: CategorySummary[];
  /** Before to after field by field, where fields are extracted. */
  fields?: FieldSummary[];
  /** What people said of a style, from the first vote on; it grows with each. */
  preference?: PreferenceSummary;
};

/** Null for an evaluation that compares nothing yet: a baseline alone. */
export function summarize(evaluation: Evaluation): EvaluationSummary | null {
  const { metric, n, arms, comparison, comparisonPrompted, categories, fields } = evaluation;
  return (
    comparison && {
      metric,
      n,
      arms,
      comparison,
      comparisonPrompted,
      categories,
      ...(fields ? { fields } : {}),
    }
  );
}
