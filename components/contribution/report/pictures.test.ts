import { describe, expect, it } from "vitest";
import { lengthBars, lengthSentence } from "./length-bins";
import { balanceSentence, languageSentence, newInformationSentence, withMissing } from "./share-words";

const ENDS = [16, 32, 64, 128, 256, 512, null];
const lengths = (rows: number[], overContext = 0) => ({
  bins: ENDS.map((upTo, i) => ({ upTo, rows: rows[i] ?? 0 })),
  contextTokens: 128,
  overContext,
  longest: 300,
  mean: 40,
});

describe("lengths", () => {
  it("begin where the rows begin and reach behind the cut line", () => {
    const { bars, cutAt } = lengthBars(lengths([0, 5, 9]));
    expect(bars.map(({ label }) => label)).toEqual(["32", "64", "128", "256"]);
    expect(bars.map(({ isCut }) => isCut)).toEqual([false, false, false, true]);
    expect(cutAt).toBe(0.75);
  });

  it("put a line that falls within a bin at its place", () => {
    const { cutAt, bars } = lengthBars({ ...lengths([4, 4, 4]), contextTokens: 96 });
    expect(bars).toHaveLength(5);
    expect(cutAt).toBe(3.5 / 5);
  });

  it("name the open bin by where it begins", () => {
    expect(lengthBars(lengths([1, 0, 0, 0, 0, 0, 2])).bars.at(-1)).toEqual({
      label: "over 512",
      rows: 2,
      isCut: true,
    });
  });

  it("say what is cut", () => {
    expect(lengthSentence(lengths([5, 5], 0))).toMatch(/^Nothing is cut: the model reads 128 tokens/);
    expect(lengthSentence(lengths([5, 4, 0, 0, 1], 1))).toMatch(/^1 row is cut of 10/);
  });
});

describe("balance", () => {
  it("is fair, uneven or none", () => {
    const values = (...rows: number[]) => rows.map((n, i) => ({ value: `l${i}`, rows: n }));
    expect(balanceSentence({ values: values(40, 30), others: 0 }, "label")).toBe(
      "The 2 labels are fairly even: “l0” has 40 of 70 rows, “l1” 30.",
    );
    expect(balanceSentence({ values: values(90, 3), others: 0 }, "label")).toBe(
      "The 2 labels are uneven: “l0” has 90 of 93 rows, “l1” 3. 1 of 2 labels has fewer than 10 rows: too few to learn and to test.",
    );
    expect(balanceSentence({ values: values(8), others: 0 }, "category")).toMatch(/same category/);
  });
});

describe("labels that are not in the file", () => {
  it("are named with no rows", () => {
    const shares = withMissing(
      {
        values: [
          { value: "a", rows: 20 },
          { value: "b", rows: 12 },
        ],
        others: 0,
      },
      ["a", "b", "c"],
    );
    expect(shares.values.at(-1)).toEqual({ value: "c", rows: 0 });
    expect(balanceSentence(shares, "label")).toBe(
      "The 2 labels are fairly even: “a” has 20 of 32 rows, “b” 12. 1 of the Datanet's 3 labels is not in this file.",
    );
  });
});

describe("languages", () => {
  it("name the most frequent first", () => {
    const shares = [
      { language: "deu", rows: 12 },
      { language: "eng", rows: 80 },
    ];
    expect(languageSentence(shares, 100)).toBe(
      "80 of 92 rows are in English; German 12. 8 are too short to tell.",
    );
    expect(languageSentence([], 3)).toBe("The texts are too short to tell their language.");
  });
});

describe("new information", () => {
  it("counts rows", () => {
    expect(newInformationSentence(0.62, 100)).toBe(
      "62 of 100 rows are unlike anything that is here already.",
    );
    expect(newInformationSentence(1, 40)).toBe("All 40 rows are unlike anything that is here already.");
    expect(newInformationSentence(0, 40)).toBe("Every row is much like one that is here already.");
  });
});
