import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readableHypothesis } from "@/server/evaluation/words";
import { hypothesisOf, metricOf, systemMessageOf, type Task, taskOf } from "./config";

test.each(["labels", "word-forms"])(
  "the system message is the one that the runner asked the sample %s with",
  (sample) => {
    const { task, golden } = JSON.parse(readFileSync(`samples/${sample}/run/evaluation.json`, "utf8")) as {
      task: Task;
      golden: { rendered: string }[];
    };
    expect(golden.length).toBeGreaterThan(0);
    for (const { rendered } of golden)
      expect(rendered).toContain(`<|im_start|>system\n${systemMessageOf(task)}<|im_end|>`);
  },
);

test("an instruction comes first, on a line of its own", () => {
  const task: Task = { goal: "label", labels: ["warm", "warm red"], instruction: " Be brief. " };
  expect(systemMessageOf(task)).toBe(
    "Be brief.\nYou sort texts into one of these labels: warm, warm red. Answer with the label only.",
  );
});

/** The same words pin the runner's side: training-runner/tests/test_goals.py. */
test("fields and style are asked as the runner asks them", () => {
  const fields: Task = { goal: "fields", labels: [], fields: ["thing", "kind"], instruction: "" };
  expect(systemMessageOf(fields)).toBe(
    "You extract these fields from texts: thing, kind. Answer with one JSON object that holds them all.",
  );
  expect(systemMessageOf({ goal: "style", labels: [], instruction: "" })).toBe("Write in our style.");
});

test("a task has fields only where they are extracted, so the settings of other runs keep their hash", () => {
  const datanet = { labels: ["a", "b"], fields: ["total"] };
  expect(taskOf({ ...datanet, goal: "answer" })).toStrictEqual({
    goal: "answer",
    labels: [],
    instruction: "",
  });
  expect(taskOf({ ...datanet, goal: "fields" })).toStrictEqual({
    goal: "fields",
    labels: [],
    fields: ["total"],
    instruction: "",
  });
});

test("metric and hypothesis follow from the goal, before any result", () => {
  expect((["label", "answer", "fields", "style"] as const).map(metricOf)).toEqual([
    "accuracy",
    "exact_match",
    "all_fields",
    "preference",
  ]);
  expect(hypothesisOf("fields", "Tiny", 60)).toBe(
    "On the 60 locked test questions the adapter gets all fields right more often than Tiny alone (exact McNemar test, two-sided, p < 0.05), and more often than always giving the most frequent value of each field.",
  );
  const style = hypothesisOf("style", "Tiny", 60);
  expect(style).toBe(
    "On the 60 locked test questions people who do not know which answer is whose prefer the adapter's answers to those of Tiny alone (exact sign test over the questions with a preferred answer, two-sided, p < 0.05 once all are judged, p < 0.001 from 50 on).",
  );
  expect(readableHypothesis(style)).toBe(
    "On the 60 locked test questions people who do not know which answer is whose prefer the adapter's answers to those of Tiny alone.",
  );
});
