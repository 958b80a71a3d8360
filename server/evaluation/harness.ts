import type { Ability } from "./ability";

type Marked = { correct?: boolean | null; text?: string };
/** An item of the public evaluation: of a sealed one only what each arm got right. */
export type PublicItem = {
  id: string;
  sealed: boolean;
  category?: string;
  prompt?: string;
  expected?: string[];
  answers: Record<string, Marked>;
};
type Sample = Record<string, unknown> & { acc: number };

export type HarnessParts = {
  /** The arm of the evaluation, and what it is called. */
  arm: "base" | "tuned";
  model: string;
  baseId: string;
  task: string;
  items: readonly PublicItem[];
  ability: Ability | null;
  testSha256: string;
  seed: number;
  finishedAt: Date | null;
};

/** Version of the form: a change of what is asked or how it is marked is a new one. */
const TASK_VERSION = 1;

/**
 * One arm's results in the shape that lm-evaluation-harness (0.4) writes to results_*.json, with its samples inside, so that
 * what reads those reads these. `acc_stderr,none` is that tool's: sqrt(p (1 - p) / (n - 1)). Of a sealed question the
 * sample says only whether the answer was right.
 */
export function toHarness({ arm, model, baseId, task, items, ability, ...run }: HarnessParts) {
  const samples: Record<string, Sample[]> = {
    [task]: items.flatMap((item, index) => own(item, index, arm)),
  };
  for (const item of ability?.items ?? []) {
    const name = `general_ability_${item.ability}`;
    const of = samples[name] ?? [];
    samples[name] = of;
    const { text, correct } = item.answers[arm];
    of.push({
      doc_id: of.length,
      doc: { id: item.id, prompt: item.prompt },
      arguments: [[item.prompt]],
      resps: [[text]],
      filtered_resps: [text],
      acc: correct ? 1 : 0,
    });
  }
  const tasks = Object.keys(samples);
  const perTask = <T>(value: (name: string) => T) =>
    Object.fromEntries(tasks.map((name) => [name, value(name)]));
  return {
    results: perTask((name) => ({ alias: name, ...accuracy(samples[name]!) })),
    group_subtasks: {},
    configs: perTask((name) => ({
      task: name,
      output_type: "generate_until",
      num_fewshot: 0,
      metric_list: [{ metric: "acc", aggregation: "mean", higher_is_better: true }],
      metadata: {
        version: TASK_VERSION,
        sha256: name === task ? run.testSha256 : (ability?.suite.sha256 ?? null),
      },
    })),
    versions: perTask(() => TASK_VERSION),
    "n-shot": perTask(() => 0),
    higher_is_better: perTask(() => ({ acc: true })),
    "n-samples": perTask((name) => ({ original: samples[name]!.length, effective: samples[name]!.length })),
    config: { model, model_args: `base=${baseId}`, batch_size: null, limit: null, random_seed: run.seed },
    date: run.finishedAt ? run.finishedAt.getTime() / 1000 : null,
    samples,
  };
}

function own(item: PublicItem, index: number, arm: string): Sample[] {
  const answer = item.answers[arm];
  if (typeof answer?.correct !== "boolean") return [];
  const acc = answer.correct ? 1 : 0;
  if (item.sealed) return [{ doc_id: index, doc: { id: item.id, sealed: true }, acc }];
  return [
    {
      doc_id: index,
      doc: { id: item.id, sealed: false, category: item.category, prompt: item.prompt },
      target: item.expected?.[0],
      arguments: [[item.prompt]],
      resps: [[answer.text]],
      filtered_resps: [answer.text],
      acc,
    },
  ];
}

function accuracy(samples: readonly Sample[]) {
  const n = samples.length;
  const acc = samples.reduce((sum, sample) => sum + sample.acc, 0) / (n || 1);
  return { "acc,none": acc, "acc_stderr,none": n > 1 ? Math.sqrt((acc * (1 - acc)) / (n - 1)) : "N/A" };
}
