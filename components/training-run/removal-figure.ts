import { personName } from "@/components/account/person";
import type { Figure } from "@/components/common/figure-files";
import type { Removals } from "./removal-checks";

/** What each finished check by retraining found, with the estimate that it checks; rates are fractions, 0 to 1. */
export function removalFigure(items: Removals["items"]): Figure {
  return {
    title: "Checks by retraining",
    columns: [
      { key: "without", label: "Without" },
      ...NUMBERS.map(([key, label]) => ({ key, label, isNumeric: true })),
    ],
    rows: items.flatMap(({ contributor, estimate, result }) => {
      if (!result) return [];
      const { n, fixed, broken, difference, low, high, pValue } = result.all;
      return [
        {
          without: personName(contributor),
          ...{ n, fixed, broken, difference, low, high, pValue },
          estimate: estimate?.value,
          estimateLow: estimate?.low,
          estimateHigh: estimate?.high,
        },
      ];
    }),
  };
}

const NUMBERS = [
  ["n", "Questions"],
  ["fixed", "Fixed without"],
  ["broken", "Broken without"],
  ["difference", "Difference, −1 to 1"],
  ["low", "Low"],
  ["high", "High"],
  ["pValue", "p"],
  ["estimate", "Estimated influence, nats"],
  ["estimateLow", "Estimate, low"],
  ["estimateHigh", "Estimate, high"],
] as const;
