type Category = { fixed: number; broken: number; n: number; pHolm: number };

export const OUTCOMES = {
  worse: { name: "Got worse on", word: "shown worse", tone: "bad" },
  open: { name: "No change shown on", word: "not shown", tone: "none" },
  better: { name: "Got better on", word: "shown better", tone: "good" },
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** What a category's exact test, corrected for the number of categories, lets one say. */
export function outcomeOf({ fixed, broken, pHolm }: Pick<Category, "fixed" | "broken" | "pHolm">): Outcome {
  if (pHolm >= 0.05) return "open";
  return fixed > broken ? "better" : "worse";
}

/** What got worse, then what is open, then what got better; within each the lowest difference first. */
export function byOutcome<T extends Category>(categories: readonly T[]): { outcome: Outcome; items: T[] }[] {
  const difference = ({ fixed, broken, n }: T) => (fixed - broken) / n;
  return (Object.keys(OUTCOMES) as Outcome[])
    .map((outcome) => ({
      outcome,
      items: categories
        .filter((one) => outcomeOf(one) === outcome)
        .sort((a, b) => difference(a) - difference(b)),
    }))
    .filter(({ items }) => items.length > 0);
}
