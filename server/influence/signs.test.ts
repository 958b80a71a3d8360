import { expect, test } from "vitest";
import { claimOf } from "./signs";

const above = { low: 0.05, high: 0.2 };
const below = { low: -0.2, high: -0.05 };
const across = { low: -0.1, high: 0.1 };
const claim = (all: typeof above, others: typeof above | null) => claimOf({ ...all, others });

test("a sign is claimed unless others' questions say the opposite", () => {
  expect(claim(above, above)).toBe("helped");
  expect(claim(above, across)).toBe("helped");
  expect(claim(below, across)).toBe("hurt");
  expect(claim(above, below)).toBe("depends");
  expect(claim(below, above)).toBe("depends");
});

test("nothing is claimed from others' questions alone, and too few of them contradict nothing", () => {
  expect(claim(across, below)).toBe("open");
  expect(claim(across, above)).toBe("open");
  expect(claim(above, null)).toBe("helped");
});
