import { expect, test } from "vitest";
import type { DryRunReport, RunProgress } from "@/db/schema";
import type { RunStage } from "@/db/schema/training-run.constants";
import { orderQueue, secondsLeft } from "./queue-order";

/** 100 s of training and 100 s of the rest. */
const DRY_RUN: DryRunReport = {
  isPassed: true,
  checks: [],
  figures: {
    trainedRows: 100,
    steps: 50,
    stepSeconds: 2,
    rowsPerStep: 8,
    trainingSeconds: 100,
    peakBytes: 1e9,
  },
  estimate: { lowSeconds: 100, highSeconds: 300 },
};
const at = (etaSeconds: number | null): RunProgress => ({ done: 1, total: 9, unit: "steps", etaSeconds });
const waits = (position: number): RunProgress => ({ ...at(null), position, note: "Waiting" });
const run = (
  id: string,
  status: RunStage,
  progress: RunProgress | null,
  dryRun: DryRunReport | null = DRY_RUN,
) => ({
  id,
  status,
  progress,
  dryRun,
  stageSeconds: {},
});

test("what is worked on comes first, then the line of the training machine, then what it does not know yet", () => {
  const line = orderQueue([
    run("unknown", "baseline", null),
    run("third", "scoring", waits(3)),
    run("first", "baseline", waits(1)),
    run("working", "training", at(40)),
    run("second", "training", waits(2)),
  ]);
  expect(line.map(({ id, position }) => [id, position])).toEqual([
    ["working", 0],
    ["first", 1],
    ["second", 2],
    ["third", 3],
    ["unknown", 4],
  ]);
  // Training 40 and after 15; then 15 + 100 + 15; then 100 + 15; a run’s last two stages let the others pass.
  expect(line.map(({ startsInSeconds }) => startsInSeconds)).toEqual([0, 55, 185, 300, 360]);
});

test("what is left is the stage's own time and the stages after it", () => {
  expect(secondsLeft(run("a", "training", at(40)))).toBe(40 + 15 + 10 + 60);
  expect(secondsLeft(run("a", "scoring", at(null)))).toBe(60);
  expect(secondsLeft(run("a", "ability", at(null)))).toBe(70);
  expect(secondsLeft(run("a", "baseline", waits(1)))).toBe(200);
  expect(secondsLeft(run("a", "checking", null, null))).toBe(15);
  expect(secondsLeft(run("a", "training", at(40), null))).toBe(40);
});

test("where nothing tells how long a run takes, nothing is said about those behind it", () => {
  const line = orderQueue([run("old", "training", at(null), null), run("next", "baseline", waits(1))]);
  expect(line.map(({ startsInSeconds }) => startsInSeconds)).toEqual([0, null]);
});
