type Item = { id: string; sealed: boolean; answers?: Record<string, { correct?: boolean }> } & Record<
  string,
  unknown
>;
type Evaluation = { items: Item[] } & Record<string, unknown>;

/**
 * The evaluation as it is published and hashed: every figure, every shown item whole, and of a sealed item only
 * whether each arm was right, so the totals can be recomputed while the sealed questions stay secret.
 */
export function publicEvaluation(evaluation: Evaluation): Evaluation {
  return {
    ...evaluation,
    items: evaluation.items.map((item) => {
      if (!item.sealed) return item;
      const answers = Object.fromEntries(
        Object.entries(item.answers ?? {}).map(([arm, answer]) => [arm, { correct: answer.correct ?? null }]),
      );
      return { id: item.id, sealed: true, answers } as Item;
    }),
  };
}
