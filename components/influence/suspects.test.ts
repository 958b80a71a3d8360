import { expect, test } from "vitest";
import { findSuspects } from "./suspects";

const own = (id: string, right: number, n: number, pValue: number) => ({
  id,
  right,
  n,
  othersRight: 96,
  othersN: 144,
  pValue,
  isLower: pValue < 0.05,
});

test("people stand out by the estimate or by their own questions, the clearest first", () => {
  const estimated = [
    { id: "a", label: "Ann", claim: "helped" as const },
    { id: "b", label: "Bob", claim: "hurt" as const },
    { id: "e", label: "Eli", claim: "open" as const },
  ];
  const found = findSuspects(estimated, [own("e", 5, 35, 1e-8), own("b", 30, 35, 1), own("a", 30, 35, 1)]);
  expect(found).toEqual([
    {
      id: "e",
      label: "Eli",
      reasons: [
        "The adapter agrees with Eli on 5 of their 35 own test questions, with everyone else on 96 of 144.",
      ],
    },
    {
      id: "b",
      label: "Bob",
      reasons: ["The estimate says that the rows of Bob hurt: its whole interval lies below zero."],
    },
  ]);
  expect(findSuspects(estimated.slice(0, 1), [])).toEqual([]);
});
