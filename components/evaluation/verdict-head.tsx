import { formatCount } from "@/components/common/numbers";
import { StatusBadge } from "@/components/common/status-badge";
import { readableReason } from "@/server/evaluation/words";
import type { Evaluation } from "./before-after";
import { headline, signedPoints } from "./headline";
import { verdictWords } from "./verdict";

/** The verdict as one sentence with its interval, what it rests on, and how often the test was opened. */
export function VerdictHead({ evaluation }: { evaluation: Evaluation }) {
  const { preference, comparison } = evaluation;
  const reason = evaluation.metric === "preference" ? preference?.reason : undefined;
  return (
    <div>
      <h2 id="before-after" className="mb-2 text-sm font-normal text-muted">
        Did it get better?
      </h2>
      <StatusBadge {...verdictWords(evaluation.verdict)} className="text-lg font-semibold" />
      <p className="num mt-2 text-xl font-semibold text-balance empty:hidden">{sentenceOf(evaluation)}</p>
      <p className="mt-2 max-w-reading">{reason ?? readableReason(comparison.reason)}</p>
      <p className="mt-1 max-w-reading text-muted">{openings(evaluation)}</p>
    </div>
  );
}

function sentenceOf({ metric, preference, arms, comparison, n }: Evaluation): string | null {
  if (metric !== "preference")
    return arms.base && arms.tuned ? headline(arms.base, arms.tuned, comparison, n) : null;
  if (!preference || preference.judged === 0) return null;
  const { tuned, base, judged, difference, low, high } = preference;
  return (
    `Adapter preferred on ${formatCount(tuned)}, base on ${formatCount(base)}, of ${formatCount(judged)} judged ` +
    `questions: ${signedPoints(difference)} of 100 (95 % interval ${signedPoints(low)} to ${signedPoints(high)})`
  );
}

function openings({ opening, openings: all }: Evaluation): string {
  const times = (count: number) =>
    count === 1 ? "once" : count === 2 ? "twice" : `${formatCount(count)} times`;
  const own =
    opening === 1 ? "This run was the first to open it." : `This run was number ${formatCount(opening)}.`;
  return (
    `This test has been opened ${times(all)}. ${all > 1 ? `${own} ` : ""}` +
    "The more often a test is opened, the more a good result may be luck; the next version adds fresh questions."
  );
}
