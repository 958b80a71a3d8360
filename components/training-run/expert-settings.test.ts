import { expect, test } from "vitest";
import { choiceProblem, rangeOf, settingProblems, settingsOf, takenOver } from "./expert-settings";

const quick = {
  learningRate: 0.008,
  epochs: 2,
  batchSize: 8,
  rank: 8 as const,
  maxLength: 96,
  patience: 3,
  quantisation: "none" as const,
};
const config = {
  learning_rate: 0.008,
  epochs: 2,
  batch_size: 8,
  rank: 16,
  alpha: 32,
  max_length: 96,
  patience: null,
};

test("a run's own values come back as they were typed, those of the preset do not", () => {
  expect(takenOver(config, quick as never)).toEqual({ rank: "16", patience: "" });
  expect(settingsOf(takenOver(config, quick as never))).toEqual({ rank: 16, patience: null });
  expect(takenOver({ ...config, rank: 8, patience: 3 }, quick as never)).toEqual({});
});

test("what a configuration does not say follows the preset", () => {
  expect(takenOver({ base: "tiny", seed: 7 }, quick as never)).toEqual({});
});

test("four bits are a choice where the machine can, and elsewhere one with its reason", () => {
  const base = { contextLength: 8192, name: "SmolLM2" };
  const gpu = { fourBitMissing: null };
  const cpu = { fourBitMissing: "cuda" as const };
  expect(settingsOf({ quantisation: "4bit" })).toEqual({ quantisation: "4bit" });
  expect(choiceProblem("quantisation", "4bit", gpu)).toBeNull();
  expect(rangeOf("quantisation", base, gpu)).toBe("This machine can do both");
  expect(settingProblems({ quantisation: "4bit" }, [], base, gpu)).toEqual({});
  const reason = "Four bits need a CUDA GPU, which this machine does not have";
  expect(rangeOf("quantisation", base, cpu)).toBe(reason);
  // A run with four bits taken over where there are none says so at its field.
  const own = takenOver({ ...config, rank: 8, patience: 3, quantisation: "4bit" }, quick as never);
  expect(own).toEqual({ quantisation: "4bit" });
  expect(settingProblems(own, [], base, cpu)).toEqual({ quantisation: reason });
  expect(settingProblems({ quantisation: "none" }, [], base, cpu)).toEqual({});
  expect(choiceProblem("quantisation", "4bit", { fourBitMissing: "bitsandbytes" })).toMatch(/bitsandbytes/);
});
