import { expect, test } from "vitest";
import { speedWords } from "./speed-words";

test("the speed is of the writing alone, and only where it can be measured", () => {
  expect(speedWords({ tokens: 21, reason: "stop", firstMs: 3_000, totalMs: 5_000 })).toBe(
    "21 tokens in 5.0 s, 10 tokens/s",
  );
  expect(speedWords({ tokens: 1, reason: "stop", firstMs: 400, totalMs: 410 })).toBe("1 token in 0.4 s");
  expect(speedWords({ tokens: 256, reason: "length", firstMs: 1_000, totalMs: 69_000 })).toBe(
    "256 tokens in 1 min 9 s, 4 tokens/s; cut at the longest answer",
  );
});
