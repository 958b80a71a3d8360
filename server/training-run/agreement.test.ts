import { expect, test } from "vitest";
import { agreementOf, retrainSign } from "./agreement";

test("better without someone's rows means that they hurt, and only where chance does not explain it", () => {
  expect(retrainSign({ difference: 0.1, pValue: 0.01 })).toBe("-");
  expect(retrainSign({ difference: -0.1, pValue: 0.01 })).toBe("+");
  expect(retrainSign({ difference: 0.1, pValue: 0.05 })).toBe("0");
  expect(retrainSign({ difference: 0, pValue: 1 })).toBe("0");
});

test("an estimate is confirmed, contradicted, or neither", () => {
  expect(agreementOf("-", "-")).toBe("agree");
  expect(agreementOf("+", "+")).toBe("agree");
  expect(agreementOf("+", "-")).toBe("disagree");
  expect(agreementOf("-", "0")).toBe("not_confirmed");
  expect(agreementOf("0", "-")).toBe("only_retrain");
  expect(agreementOf("0", "0")).toBe("open");
});
