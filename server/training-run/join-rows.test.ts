import { expect, test } from "vitest";
import type { Side } from "@/db/schema/snapshot.constants";
import { joinRows } from "./join-rows";

let n = 0;
const row = (prompt: string, side: Side, answer = "animal") => ({
  rowHash: (n++).toString(16).padStart(64, "0"),
  prompt,
  answer,
  source: "",
  cluster: String(n),
  side,
});
const LEAK = "one two three four five six seven eight nine ten eleven twelve thirteen";
const sides = (rows: { prompt: string; side: Side }[]) =>
  Object.fromEntries(rows.map(({ prompt, side }) => [prompt, side]));

test("the rows of one Datanet come back as they are", () => {
  const rows = [
    row("a striped wild horse of Africa", "train"),
    row("a striped wild horse of Africa!", "test"),
  ];
  expect(joinRows([rows])).toEqual({ rows, dropped: null });
});

test("no row is trained on that another Datanet's test or validation holds", () => {
  const a = [
    row("a large striped horse that lives in Africa", "test"),
    row("a small brown bird that sings at night", "validation"),
    row("a tall tree with needles instead of leaves", "train"),
    row("a fish that is caught in cold northern rivers", "test"),
  ];
  const b = [
    row("a large striped horse that lives in Africa.", "train"),
    row("This is a small brown bird that sings at night", "train"),
    row("A tall tree with needles instead of leaves", "test"),
    row("a fish that is caught in cold northern rivers!", "test"),
    row("a monk who counts aloud", "train", LEAK),
    row("a heavy animal with a trunk and two tusks", "train"),
  ];
  const c = [row(`${LEAK} what comes next in this counting song`, "test"), row("moss on a stone", "train")];
  const { rows, dropped } = joinRows([a, b, c]);
  expect(sides(rows.slice(0, 4))).toEqual({
    "a large striped horse that lives in Africa": "test",
    "a small brown bird that sings at night": "validation",
    "a tall tree with needles instead of leaves": "removed",
    "a fish that is caught in cold northern rivers": "test",
  });
  expect(rows.slice(4).map(({ side }) => side)).toEqual([
    "removed",
    "removed",
    "test",
    "removed",
    "removed",
    "train",
    "test",
    "train",
  ]);
  expect(dropped).toEqual({ nearDuplicates: 3, sharedRuns: 1, testRepeats: 1 });
  // The rows given are not changed: the same version may be read again.
  expect(b[0]!.side).toBe("train");
});
