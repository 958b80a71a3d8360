import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleFactory, startFactory } from "./test-factory";

/** Real recipes on the tiny base, so minutes on a busy machine. */
const LONG = 15 * 60_000;
const folder = mkdtempSync(join(tmpdir(), "factory-run-"));
let program: string;

beforeAll(async () => {
  program = await bundleFactory();
  await startFactory(program, ["sample", "--out", "sample"], folder).finished;
  const [header, ...lines] = readFileSync(join(folder, "sample", "ava.csv"), "utf8")
    .trim()
    .split("\n");
  const file = (name: string, rows: string[]) =>
    writeFileSync(join(folder, name), `${[header, ...rows].join("\n")}\n`);
  file("ann.csv", [...lines.slice(0, 30), "only one field", lines[0]!]);
  // The first ten stand in both files: on the test side one of each pair has to go.
  file("bob.csv", [...lines.slice(0, 10), ...lines.slice(30, 50)]);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(program, { force: true });
});

const argv = (out: string) =>
  `run --data ann.csv --contributor ann --data bob.csv --contributor bob --goal label --preset quick --out ${out} --json`.split(
    " ",
  );
const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const json = (...path: string[]) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));

test("file to adapter: one JSON object, the files, nothing left running", { timeout: LONG }, async () => {
  const { code, stdout, stderr } = await startFactory(program, argv("out"), folder).finished;
  expect(code, stderr).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(1);
  const result = JSON.parse(stdout);

  expect(result.rows).toEqual({ uploaded: 62, kept: 60, repaired: 0, setAside: 2 });
  expect(result.problems).toEqual({ CSV_FIELDS: 1, ROW_DUPLICATE: 1 });
  const { train, validation, test, removed, removedBy, testTooSmall } = result.split;
  expect(train + validation + test + removed).toBe(60);
  expect(test).toBe(20);
  expect(removedBy.duplicate_of_test).toBeGreaterThan(0);
  expect(testTooSmall).toBe(true);
  expect(result.labels).toEqual(["animal", "plant"]);
  expect(result.metric).toBe("accuracy");

  const rate = { value: expect.any(Number), n: 20, low: expect.any(Number), high: expect.any(Number) };
  for (const arm of ["base", "prompted", "tuned", "majority"]) expect(result[arm]).toMatchObject(rate);
  expect(result.difference).toBeCloseTo(result.tuned.value - result.base.value, 9);
  expect(result.difference).toBeCloseTo((result.fixed - result.broken) / 20, 9);
  expect(result.interval[0]).toBeLessThanOrEqual(result.interval[1]);
  expect(result.pValue).toBeLessThanOrEqual(1);
  expect(result.verdict).toBe("not_measured");
  expect(result.generalAbility).toMatchObject({ n: 240, margin: 0.1, verdict: "too_little" });
  expect(result.influence.map((entry: { contributor: string }) => entry.contributor).sort()).toEqual([
    "ann",
    "bob",
  ]);
  for (const { value, low, high } of result.influence)
    expect([low <= high, Number.isFinite(value)]).toEqual([true, true]);
  expect(Object.keys(result.seconds)).toEqual([
    "data",
    "runnerStart",
    "checking",
    "baseline",
    "training",
    "evaluating",
    "ability",
    "scoring",
    "total",
  ]);

  expect(result.adapter.path).toBe(join(folder, "out", "adapter", "adapter_model.safetensors"));
  expect(sha256(result.adapter.path)).toBe(result.adapter.sha256);
  expect(readdirSync(join(folder, "out")).sort()).toEqual([
    "ability.json",
    "adapter",
    "curve.json",
    "dry_run.json",
    "evaluation.json",
    "evidence",
    "influence.json",
    "problems.json",
    "result.json",
    "runner.log",
    "split.json",
    "training_manifest.json",
  ]);
  expect(json("out", "adapter", "adapter_config.json").peft_type).toBe("LORA");
  expect(json("out", "result.json")).toEqual(result);
  expect(json("out", "split.json").counts.test).toBe(20);
  expect(json("out", "problems.json")[0]).toMatchObject({ file: "ann.csv", row: 31, raw: "only one field" });
  expect(stderr).toMatch(/step \d+ of \d+: loss \d/);
  expect(left("out")).toEqual([]);
});

test("its figures come out the same from its files alone, by plain Python", { timeout: LONG }, () => {
  const python = join(process.cwd(), "training-runner", ".venv", "bin", "python");
  const stdout = execFileSync(
    python,
    ["-m", "runner.recompute", join(folder, "out"), "--retrain", "--json"],
    {
      cwd: "training-runner",
      encoding: "utf8",
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    },
  );
  const { equal, files } = JSON.parse(stdout);
  expect(equal).toBe(true);
  expect(files.map(({ file }: { file: string }) => file).sort()).toEqual([
    "ability.json",
    "adapter_config.json",
    "adapter_model.safetensors",
    "curve.json",
    "evaluation.json",
    "evaluation.json",
    "influence.json",
    "order.json",
  ]);
});

test("Ctrl-C stops the runner and what it trains, and says so", { timeout: LONG }, async () => {
  const { child, finished, said } = startFactory(program, argv("stopped"), folder);
  await said("Scoring the base before training");
  child.kill("SIGINT");
  const { code, stdout } = await finished;
  expect(code).toBe(130);
  expect(JSON.parse(stdout).error.code).toBe("INTERRUPTED");
  expect(left("stopped")).toEqual([]);
  expect(readdirSync(join(folder, "stopped")).filter((name) => name.startsWith(".runner"))).toEqual([]);
});

test("a command that is killed leaves no runner behind", { timeout: LONG }, async () => {
  const { child, finished, said } = startFactory(program, argv("killed"), folder);
  await said("Scoring the base before training");
  expect(left("killed").length).toBeGreaterThan(0);
  child.kill("SIGKILL");
  await finished;
  const until = Date.now() + 60_000;
  while (left("killed").length > 0 && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 200));
  expect(left("killed")).toEqual([]);
  expect(existsSync(join(folder, "killed", "result.json"))).toBe(false);
});

/** Processes that carry the output folder in their command or environment. */
function left(out: string): string[] {
  const path = join(folder, out, ".runner");
  const lines = execFileSync("ps", ["axeww", "-o", "pid,command"], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  }).split("\n");
  return lines.filter((line) => line.includes(path)).map((line) => line.slice(0, 120));
}
