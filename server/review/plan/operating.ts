import { judgeReads, type PlanRates } from "./sprt";

export type Operating = { accepted: number; rejected: number; looking: number; meanReads: number };

/** Chances below this are dropped; they are then missing in `looking`. */
const NEGLIGIBLE = 1e-15;

/**
 * What the test really does at a true share of defects, by going through every course it can take (overshoot
 * included), up to `most` reads. The shares sum to 1; `meanReads` counts what was read until the end.
 */
export function operating(plan: PlanRates, rate: number, most = 5_000): Operating {
  // Chance of each number of defects so far, of the courses that have not ended.
  let open = new Map([[0, 1]]);
  let [accepted, rejected, reads] = [0, 0, 0];
  for (let read = 1; read <= most && open.size > 0; read += 1) {
    const next = new Map<number, number>();
    for (const [defects, chance] of open) {
      reads += chance;
      for (const [now, share] of [
        [defects, chance * (1 - rate)],
        [defects + 1, chance * rate],
      ] as const) {
        const verdict = judgeReads(plan, { read, defects: now });
        if (verdict === "accepted") accepted += share;
        else if (verdict === "rejected") rejected += share;
        else if (share > NEGLIGIBLE) next.set(now, (next.get(now) ?? 0) + share);
      }
    }
    open = next;
  }
  return { accepted, rejected, looking: Math.max(0, 1 - accepted - rejected), meanReads: reads };
}

/**
 * Average outgoing quality limit: the highest mean share of bad rows that reaches the Datanet from a contribution,
 * whatever its own share is, when a refused one adds nothing and good reading finds every bad row it sees.
 */
export function outgoingLimit(plan: PlanRates): { rate: number; outgoing: number } {
  let worst = { rate: 0, outgoing: 0 };
  for (let rate = 0.001; rate <= 0.2; rate += 0.001) {
    const outgoing = rate * operating(plan, rate).accepted;
    if (outgoing > worst.outgoing) worst = { rate, outgoing };
  }
  return worst;
}
