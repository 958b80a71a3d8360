import { expect, test } from "vitest";
import { settingsOf, takenOver } from "./expert-settings";

const quick = {
  learningRate: 0.008,
  epochs: 2,
  batchSize: 8,
  rank: 8 as const,
  maxLength: 96,
  patience: 3,
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
