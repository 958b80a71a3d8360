import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { systemMessageOf, type Task } from "./config";

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
