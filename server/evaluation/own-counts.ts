import { fisherLower, holm } from "./paired";
import type { Evaluation } from "./parse";

const CLEAR = 0.05;
/** Fewer questions of one person say nothing. */
const LEAST_ITEMS = 5;

export type OwnCount = {
  id: string;
  /** Their own test questions: how many, and how many the adapter answers as their row says. */
  n: number;
  right: number;
  othersN: number;
  othersRight: number;
  /** One-sided exact p that they are right no less often than the others, Holm-adjusted over people. */
  pValue: number;
  isLower: boolean;
};

/** How often the adapter agrees with each person's own questions, lowest p first. `ownerOf`: account id by question id. */
export function countOwn(
  items: readonly Pick<Evaluation["items"][number], "id" | "answers">[],
  ownerOf: ReadonlyMap<string, string>,
): OwnCount[] {
  const people = new Map<string, { id: string; n: number; right: number }>();
  const all = { n: 0, right: 0 };
  for (const { id: itemId, answers } of items) {
    const id = ownerOf.get(itemId);
    if (!id || !answers.tuned) continue;
    const person = people.get(id) ?? { id, n: 0, right: 0 };
    people.set(id, person);
    const right = answers.tuned.correct ? 1 : 0;
    for (const total of [person, all]) {
      total.n += 1;
      total.right += right;
    }
  }
  const given = [...people.values()].filter(({ n }) => n >= LEAST_ITEMS && n < all.n);
  const pValues = holm(
    given.map((own) => fisherLower(own, { n: all.n - own.n, right: all.right - own.right })),
  );
  return given
    .map((own, i) => ({
      ...own,
      othersN: all.n - own.n,
      othersRight: all.right - own.right,
      pValue: pValues[i]!,
      isLower: pValues[i]! < CLEAR,
    }))
    .sort((a, b) => a.pValue - b.pValue);
}
