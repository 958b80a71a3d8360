import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publicEvaluation } from "@/server/publication/public-evaluation";
import { parseAbility } from "./ability";
import { type PublicItem, toHarness } from "./harness";

const sample = (name: string) => readFileSync(`samples/labels/run/${name}`);
const evaluation = publicEvaluation(JSON.parse(sample("evaluation.json").toString("utf8")));
const harness = (arm: "base" | "tuned") =>
  toHarness({
    arm,
    model: "m",
    baseId: "b",
    task: "what_is_described",
    items: evaluation.items as unknown as PublicItem[],
    ability: parseAbility(sample("ability.json")),
    testSha256: "aa".repeat(32),
    seed: 7,
    finishedAt: new Date(0),
  });

test("the sample's run in the form of lm-evaluation-harness has its rates and that tool's standard error", () => {
  const { results, samples, ...rest } = harness("tuned");
  const own = samples.what_is_described!;
  const right = own.filter(({ acc }) => acc === 1).length;
  const arm = (evaluation.arms as Record<string, { correct: number; n: number }>).tuned!;
  expect([right, own.length]).toEqual([arm.correct, arm.n]);
  const p = arm.correct / arm.n;
  expect(results.what_is_described).toEqual({
    alias: "what_is_described",
    "acc,none": p,
    "acc_stderr,none": Math.sqrt((p * (1 - p)) / (arm.n - 1)),
  });
  expect(results.general_ability_facts).toMatchObject({ "acc,none": 25 / 40 });
  expect(rest["n-samples"].general_ability_words).toEqual({ original: 56, effective: 56 });
  expect(harness("base").results.general_ability_instructions).toMatchObject({ "acc,none": 34 / 40 });
});

test("a sealed question leaves nothing but whether it was answered right", () => {
  const own = harness("base").samples.what_is_described!;
  const sealed = own.filter(({ doc }) => (doc as { sealed: boolean }).sealed);
  expect(sealed.length).toBe(
    (evaluation.items as { sealed: boolean }[]).filter((item) => item.sealed).length,
  );
  for (const item of sealed) {
    expect(Object.keys(item).sort()).toEqual(["acc", "doc", "doc_id"]);
    expect(Object.keys(item.doc as object).sort()).toEqual(["id", "sealed"]);
  }
});
