import { expect, test } from "vitest";
import { runArguments, validateArguments } from "./arguments";
import type { Failure } from "./failure";

const words = (line: string) => line.split(" ");
const refusal = (line: string) => {
  try {
    runArguments(words(line), "/here");
  } catch (error) {
    const { code, message, exitCode } = error as Failure;
    return `${exitCode} ${code} ${message}`;
  }
  return "accepted";
};

test("a --contributor names the --data before it; without one the file's name does", () => {
  const line =
    "--data a.csv --contributor ann --data sub/b.jsonl --data /x/c.tsv --contributor bob --goal label --out o";
  expect(runArguments(words(line), "/here")).toEqual({
    data: [
      { path: "/here/a.csv", contributor: "ann" },
      { path: "/here/sub/b.jsonl", contributor: "b" },
      { path: "/x/c.tsv", contributor: "bob" },
    ],
    goal: "label",
    base: "tiny",
    preset: "balanced",
    seed: 0,
    out: "/here/o",
    mapping: undefined,
    encoding: undefined,
  });
});

test.each([
  ["--contributor ann --data a.csv --goal label --out o", "2 USAGE --contributor ann follows no --data."],
  [
    "--data a.csv --contributor a --contributor b --goal label --out o",
    "2 USAGE --contributor b follows no --data.",
  ],
  ["--goal label --out o", "2 USAGE run needs at least one --data FILE, or a --sample NAME."],
  ["--data a.csv --out o", "2 USAGE run needs a --goal."],
  ["--data a.csv --goal guess --out o", "2 USAGE --goal guess is not known."],
  ["--data a.csv --goal label --fields a,b --out o", "2 USAGE --fields goes with --goal fields."],
  ["--data a.csv --goal fields --fields , --out o", "2 USAGE --fields names nothing."],
  ["--data a.csv --goal label", "2 USAGE run needs an --out DIR."],
  ["--data a.csv --goal label --out o --preset slow", "2 USAGE --preset slow is not known."],
  [
    "--data a.csv --goal label --out o --seed 1.5",
    "2 USAGE --seed 1.5 is not a whole number from 0 to 2147483647.",
  ],
  ["--data a.csv --goal label --out o --rank 8", "2 USAGE Unknown option '--rank'."],
  ["--data a.csv --goal label --out o --map prompt", "2 USAGE --map prompt is not ROLE=COLUMN."],
])("%s", (line, said) => {
  expect(refusal(line)).toBe(said);
});

test("validate takes one file and a mapping", () => {
  expect(validateArguments(words("a.csv --json --map prompt=Question,answer=Reply"), "/here")).toEqual({
    path: "/here/a.csv",
    goal: undefined,
    mapping: { prompt: "Question", answer: "Reply" },
    encoding: undefined,
  });
  expect(() => validateArguments([], "/here")).toThrow("validate needs a FILE.");
});

test("fields are named in their order, once each", () => {
  const named = ["--data", "a.csv", "--goal", "fields", "--fields", "vendor, total,vendor", "--out", "o"];
  expect(runArguments(named, "/here").fields).toEqual(["vendor", "total"]);
  expect(validateArguments(["a.csv", "--goal", "fields"], "/here")).not.toHaveProperty("fields");
});
