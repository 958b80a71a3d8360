/** What a removal check says about an estimate: `open` where neither has a sign. */
export const AGREEMENTS = ["agree", "disagree", "not_confirmed", "only_retrain", "open"] as const;
export type Agreement = (typeof AGREEMENTS)[number];

type Sign = "+" | "-" | "0";

/**
 * Sign that training again gives to someone's rows: when the run without them is better, they hurt. Known only by an
 * exact McNemar p below 5 %, as every verdict here.
 */
export function retrainSign({ difference, pValue }: { difference: number; pValue: number }): Sign {
  if (pValue >= 0.05 || difference === 0) return "0";
  return difference > 0 ? "-" : "+";
}

export function agreementOf(estimate: Sign, retrain: Sign): Agreement {
  if (estimate === "0") return retrain === "0" ? "open" : "only_retrain";
  if (retrain === "0") return "not_confirmed";
  return estimate === retrain ? "agree" : "disagree";
}
