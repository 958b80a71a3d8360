import { expect, test } from "vitest";
import { comparedSentence, comparedVerdict, settingName, settingValue } from "./compare-words";

const paired = (n: number, difference: number, pValue: number) => ({
  n,
  difference,
  pValue,
  fixed: 0,
  broken: 0,
  bothRight: 0,
  bothWrong: 0,
  low: 0,
  high: 0,
});

test("two runs get a verdict by the rule of one", () => {
  expect(comparedVerdict(paired(49, 0.5, 0.0001))).toBe("not_measured");
  expect(comparedVerdict(paired(50, 0.2, 0.049))).toBe("better");
  expect(comparedVerdict(paired(50, -0.2, 0.049))).toBe("worse");
  expect(comparedVerdict(paired(50, 0.2, 0.05))).toBe("not_enough_evidence");
});

test("the sentence says what it rests on", () => {
  expect(comparedSentence(paired(8, 0.1, 1))).toBe(
    "Both were asked 8 questions; under 50 nothing is concluded.",
  );
  expect(comparedSentence(paired(179, 0.1, 0.0004))).toContain("better: more questions were fixed");
  expect(comparedSentence(paired(179, 0.1, 0.0004))).toContain(
    "chance alone would do this about once in 2,500 times",
  );
  expect(comparedSentence(paired(179, 0.01, 0.4))).toBe(
    "The difference may be chance, which would do as much about 40 times in 100.",
  );
  expect(settingName("batch_size")).toBe("Rows in a step");
  expect(settingName("unheard_of")).toBe("unheard_of");
  expect(settingValue("patience", null)).toBe("never stops early");
  expect(settingValue("unheard_of", null)).toBe("none");
  expect(settingValue("gradient_checkpointing", "false")).toBe("no");
  expect(settingValue("rank", "16")).toBe("16");
});
