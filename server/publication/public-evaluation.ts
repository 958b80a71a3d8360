import type { Preference } from "@/db/schema/judgement.constants";

type Item = { id: string; sealed: boolean; answers?: Record<string, { correct?: boolean }> } & Record<
  string,
  unknown
>;
type Evaluation = { items: Item[] } & Record<string, unknown>;

/**
 * The evaluation as it is published and hashed: every figure, every shown item whole, and of a sealed item only
 * whether each arm was right, so the totals can be recomputed while the sealed questions stay secret. Of a style every
 * item carries its votes, by what they preferred: the verdict can be counted again without knowing who voted.
 */
export function publicEvaluation(
  evaluation: Evaluation,
  votes?: ReadonlyMap<string, readonly Preference[]>,
): Evaluation {
  return {
    ...evaluation,
    items: evaluation.items.map((item) => {
      const voted = votes ? { votes: [...(votes.get(item.id) ?? [])].sort() } : {};
      if (!item.sealed) return { ...item, ...voted };
      const answers = Object.fromEntries(
        Object.entries(item.answers ?? {}).map(([arm, answer]) => [arm, { correct: answer.correct ?? null }]),
      );
      return { id: item.id, sealed: true, answers, ...voted } as Item;
    }),
  };
}
