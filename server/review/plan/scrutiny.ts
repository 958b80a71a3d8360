import type { SamplingPlan } from "@/db/schema/contribution";
import type { ReviewRules } from "@/db/schema/datanet";
import { wilson } from "@/server/comparison/wilson";
import { cleanReads, type PlanRates } from "./sprt";

/** A contributor's earlier rows in this Datanet that were read and settled, and how their contributions ended. */
export type History = { read: number; defects: number; reviewed: number; lastRejected: boolean };

/** Reads before anything is known of a contributor, and before they may be proven. */
const KNOWN_READS = 40;
const PROVEN_READS = 100;
const PROVEN_CONTRIBUTIONS = 2;

/**
 * new: fewer than 40 of their rows were read here, their last contribution was refused, or the share of bad rows is
 * surely above the acceptable one (95 % Wilson). proven: at least two contributions reviewed, 100 rows read, and the
 * share surely below the rejectable one. usual: everybody else.
 */
export function scrutinyOf(
  history: History,
  rules: Pick<ReviewRules, "acceptableRate" | "rejectableRate">,
): SamplingPlan["scrutiny"] {
  const { read, defects, reviewed, lastRejected } = history;
  if (read < KNOWN_READS || lastRejected) return "new";
  const { low, high } = wilson(defects, read);
  if (low > rules.acceptableRate) return "new";
  const isProven = read >= PROVEN_READS && reviewed >= PROVEN_CONTRIBUTIONS && high < rules.rejectableRate;
  return isProven ? "proven" : "usual";
}

/** Risks and audit of each scrutiny: the less is known, the smaller the risk of letting a bad contribution in. */
const SCRUTINY: Record<
  SamplingPlan["scrutiny"],
  Pick<SamplingPlan, "producerRisk" | "consumerRisk" | "auditShare">
> = {
  new: { producerRisk: 0.05, consumerRisk: 0.05, auditShare: 0.05 },
  usual: { producerRisk: 0.05, consumerRisk: 0.1, auditShare: 0.03 },
  proven: { producerRisk: 0.05, consumerRisk: 0.2, auditShare: 0.02 },
};

/** A test that would leave fewer than a third of the rows unread is not worth its risk: all of them are read. */
const WORTH = 1.5;

/** Rows of the smallest contribution that is not read whole. */
export const leastSampled = (plan: PlanRates) => Math.ceil(WORTH * cleanReads(plan));

/** The plan of a contribution of `rows` rows; `auditShare` 1 says that it is read whole. */
export function planFor(
  rules: Pick<ReviewRules, "acceptableRate" | "rejectableRate">,
  scrutiny: SamplingPlan["scrutiny"],
  rows: number,
): SamplingPlan {
  const { acceptableRate, rejectableRate } = rules;
  const plan = { scrutiny, acceptableRate, rejectableRate, ...SCRUTINY[scrutiny] };
  return rows < leastSampled(plan) ? { ...plan, auditShare: 1 } : plan;
}

export const isReadWhole = (plan: SamplingPlan) => plan.auditShare === 1;
