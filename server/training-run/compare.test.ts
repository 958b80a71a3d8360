import { expect, test } from "vitest";
import openapi from "@/training-runner/openapi.json" with { type: "json" };
import { settingsDiffering } from "./compare";
import { RUNNER_DEFAULTS } from "./config";

const run = (config: Record<string, unknown>, kind: "training" | "measure" = "training") => ({
  kind,
  config: {
    base: "tiny",
    base_hash: "00",
    task: {},
    learning_rate: 0.008,
    epochs: 2,
    batch_size: 8,
    ...config,
  },
});

test("a setting that is absent is the runner's default", () => {
  expect(settingsDiffering(run({}), run({ ...RUNNER_DEFAULTS }))).toEqual([]);
  expect(
    settingsDiffering(run({}), run({ rank: 16, alpha: 32, patience: 4, learning_rates: [0.1, 0.2] })),
  ).toEqual([
    { name: "rank", a: "8", b: "16" },
    { name: "alpha", a: "16", b: "32" },
    { name: "patience", a: null, b: "4" },
    { name: "learning_rates", a: null, b: "0.1, 0.2" },
  ]);
});

test("what was trained on is no setting, and of an adapter made elsewhere none is known", () => {
  const other = run({ base_hash: "11", task: { goal: "label" }, excluded_contributors: ["0x1"] });
  expect(settingsDiffering(run({}), other)).toEqual([]);
  expect(settingsDiffering(run({ rank: 16 }), run({ adapter: "00" }, "measure"))).toEqual([]);
});

test("the defaults are those of the runner's own schema", () => {
  const { properties, required } = openapi.components.schemas.LoraSftConfig;
  const stated = Object.entries(properties)
    .filter(([name]) => !required.includes(name))
    .map(([name, property]) => [name, "default" in property ? property.default : null]);
  expect(Object.fromEntries(stated)).toEqual(RUNNER_DEFAULTS);
});
