import type { SamplingPlan } from "@/db/schema/contribution";

/**
 * Wald's sequential probability ratio test of a share of defects: A. Wald 1945, "Sequential tests of statistical
 * hypotheses", Annals of Mathematical Statistics 16:117-186. Pure; rates and risks are shares, 0..1.
 */
export type PlanRates = Pick<
  SamplingPlan,
  "acceptableRate" | "rejectableRate" | "producerRisk" | "consumerRisk"
>;
/** Rows read and settled, and those of them that were not simply accepted. */
export type Reads = { read: number; defects: number };
export type Verdict = "looking" | "accepted" | "rejected";

/** Natural logarithms: what a good and a bad row add to the likelihood ratio, and where the test ends. */
export type Steps = { good: number; bad: number; lower: number; upper: number };

export function planSteps(plan: PlanRates): Steps {
  const { acceptableRate: p0, rejectableRate: p1, producerRisk: a, consumerRisk: b } = plan;
  if (!(p0 > 0 && p0 < p1 && p1 < 1)) throw new Error(`Rates must be 0 < ${p0} < ${p1} < 1.`);
  if (!(a > 0 && b > 0 && a + b < 1))
    throw new Error(`Risks ${a} and ${b} must be positive with a sum under 1.`);
  return {
    good: Math.log((1 - p1) / (1 - p0)),
    bad: Math.log(p1 / p0),
    lower: Math.log(b / (1 - a)),
    upper: Math.log((1 - b) / a),
  };
}

/** Rounding must not decide: a ratio this close to a bound has reached it. */
const SLACK = 1e-9;

export function judgeReads(plan: PlanRates, { read, defects }: Reads): Verdict {
  const steps = planSteps(plan);
  const ratio = defects * steps.bad + (read - defects) * steps.good;
  if (ratio <= steps.lower + SLACK) return "accepted";
  return ratio >= steps.upper - SLACK ? "rejected" : "looking";
}

/** Fewest reads that accept: all of them good. */
export function cleanReads(plan: PlanRates): number {
  const { lower, good } = planSteps(plan);
  return Math.ceil(lower / good - SLACK);
}

/**
 * Wald's operating characteristic: the chance that a contribution with this share of defects is accepted, from where
 * the ratio stands now (0 before the first read). The overshoot past a bound is left out, as Wald does; what that
 * costs is in `operating.ts`, which counts it.
 */
export function acceptChance(plan: PlanRates, rate: number, ratio = 0): number {
  const { lower, upper } = planSteps(plan);
  const h = waldH(plan, rate);
  // At h = 0 the ratio has no drift and the chances are those of a fair game.
  if (Math.abs(h) < 1e-9) return (upper - ratio) / (upper - lower);
  const top = Math.exp(h * (upper - ratio));
  const bottom = Math.exp(h * (lower - ratio));
  return Number.isFinite(top) ? (top - 1) / (top - bottom) : 1;
}

/** Wald's average sample number: mean number of further reads until the test ends, from where the ratio stands. */
export function meanReads(plan: PlanRates, rate: number, ratio = 0): number {
  const { good, bad, lower, upper } = planSteps(plan);
  const drift = rate * bad + (1 - rate) * good;
  const accept = acceptChance(plan, rate, ratio);
  const [down, up] = [lower - ratio, upper - ratio];
  if (Math.abs(waldH(plan, rate)) < 1e-9) return (-down * up) / (rate * bad ** 2 + (1 - rate) * good ** 2);
  return (accept * down + (1 - accept) * up) / drift;
}

/** The h other than 0 with E[e^(h z)] = 1 for one step z of the ratio; 1 at the acceptable rate, -1 at the rejectable. */
function waldH(plan: PlanRates, rate: number): number {
  const { good, bad } = planSteps(plan);
  if (rate <= 0 || rate >= 1) return rate <= 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const excess = (h: number) => rate * Math.exp(h * bad) + (1 - rate) * Math.exp(h * good) - 1;
  const drift = rate * bad + (1 - rate) * good;
  if (Math.abs(drift) < 1e-9) return 0;
  // excess is convex with a root at 0: the other lies where the drift points away from.
  const sign = drift < 0 ? 1 : -1;
  let far = sign;
  while (excess(far) < 0) far *= 2;
  let near = 0;
  for (let step = 0; step < 200; step += 1) {
    const middle = (near + far) / 2;
    if (excess(middle) < 0) near = middle;
    else far = middle;
  }
  return (near + far) / 2;
}

/** As many reads' worth of belief that the contribution is a good one; its own reads soon outweigh it. */
const BELIEF_READS = 20;

/**
 * About how many more reads a running test takes: Wald's mean at the rate seen so far (begun at the acceptable rate),
 * never under what clean reads would need, nor over what is left to read.
 */
export function expectedMore(plan: PlanRates, { read, defects }: Reads, left: number): number {
  if (judgeReads(plan, { read, defects }) !== "looking") return 0;
  const { good, bad } = planSteps(plan);
  const ratio = defects * bad + (read - defects) * good;
  const rate = (defects + BELIEF_READS * plan.acceptableRate) / (read + BELIEF_READS);
  return Math.min(left, Math.max(1, Math.round(meanReads(plan, rate, ratio))));
}
