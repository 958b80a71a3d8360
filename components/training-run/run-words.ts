import { formatCount, formatSeconds } from "@/components/common/numbers";
import type { RouterOutputs } from "@/components/trpc/client";
import type { TimeRange } from "@/db/schema/training-run.constants";

export type Run = RouterOutputs["trainingRun"]["get"];
export type Stage =
  | "checking"
  | "baseline"
  | "training"
  | "evaluating"
  | "ability"
  | "scoring"
  | "weighing"
  | "tracing";

/** The stages as a person follows them, in order. */
export const STAGES: { stage: Stage; name: string; doing: string }[] = [
  { stage: "checking", name: "Check", doing: "Trying two steps, so that nothing long fails late" },
  { stage: "baseline", name: "Before", doing: "Asking the base model every test question" },
  { stage: "training", name: "Training", doing: "Training the adapter" },
  { stage: "evaluating", name: "After", doing: "Asking the adapter the same questions" },
  { stage: "ability", name: "General ability", doing: "Asking both about things outside this Datanet" },
  { stage: "scoring", name: "Which data helped", doing: "Estimating whose rows helped" },
];

export const PRESET_WORDS = {
  quick: { name: "Quick", body: "A first answer soon. Enough to see whether the data teaches something." },
  balanced: {
    name: "Balanced",
    body: "More passes over the rows with smaller steps; keeps the best point on the way.",
  },
  thorough: {
    name: "Thorough",
    body: "Tries several step sizes first, then trains until the validation rows stop getting better.",
  },
};

export const METRIC_WORDS: Record<string, string> = {
  accuracy: "right labels",
  exact_match: "answers that match exactly",
  all_fields: "texts with every field right",
  preference: "preferred by people who judge blind",
};

const TRACING: (typeof STAGES)[number] = {
  stage: "tracing",
  name: "Trace",
  doing: "Taking the training again and following it back to its rows",
};

const WEIGHING: (typeof STAGES)[number] = {
  stage: "weighing",
  name: "Loss",
  doing: "Comparing its error with that of the run with everyone’s rows",
};

const MEASURED: readonly Stage[] = ["baseline", "evaluating", "ability"];

/** A measure run trains nothing and credits nobody; a check is compared instead of scored; a trace is one stage. */
export function stagesOf({ kind }: Pick<Run, "kind">) {
  if (kind === "trace") return [TRACING];
  if (kind === "removal")
    return [...STAGES.filter(({ stage }) => stage === "training" || stage === "evaluating"), WEIGHING];
  return kind === "measure" ? STAGES.filter(({ stage }) => MEASURED.includes(stage)) : STAGES;
}

/** What waits in line for the training machine, where it is no training. */
export const RUN_KIND_WORDS: Partial<Record<Run["kind"], string>> = {
  removal: "check by retraining",
  measure: "measuring",
  trace: "trace of a training",
};

/** One sentence of state for the page head. */
export function runSentence(run: Run): string {
  switch (run.status) {
    case "commit":
      return run.transaction
        ? "The commitment is on its way to the chain. Training starts when a block holds it."
        : "Its checks have passed and it waits for its builder’s signature. Nothing has been trained yet.";
    case "succeeded":
      if (run.kind === "measure")
        return `Measured in ${formatSeconds(totalSeconds(run))} on the locked test. It was made elsewhere: no training data, so no influence.`;
      if (run.kind === "trace") return `Traced in ${formatSeconds(totalSeconds(run))}.`;
      return run.kind === "removal"
        ? `Finished in ${formatSeconds(totalSeconds(run))}: trained and measured on the locked test.`
        : `Finished in ${formatSeconds(totalSeconds(run))}: trained, measured on the locked test, and scored by contributor.`;
    case "failed":
      return "It stopped with a problem.";
    case "cancelled":
      return run.adapter
        ? `Cancelled. The best adapter so far was kept${run.evaluation ? "." : "; it was not measured."}`
        : "Cancelled before there was an adapter.";
    default:
      if (run.progress?.note) return run.progress.note;
      return `${stagesOf(run).find((item) => item.stage === run.status)!.doing}${left(run)}.`;
  }
}

const left = (run: Run): string => {
  const eta = run.progress?.etaSeconds;
  return eta ? `, about ${formatSeconds(eta)} left in this step` : "";
};

export const totalSeconds = (run: Run): number => Object.values(run.stageSeconds).reduce((a, b) => a + b, 0);

/** "120 of 400 steps, 48 rows a second, about 1 min 20 s left" */
export function progressLine(run: Run, rowsPerSecond: number | null): string {
  if (run.progress?.note) return run.progress.note;
  const { done = 0, total = 0, unit = "", etaSeconds = null } = run.progress ?? {};
  const parts = total > 0 ? [`${formatCount(done)} of ${formatCount(total)} ${unit}`] : ["Starting"];
  if (run.status === "training" && rowsPerSecond)
    parts.push(`${formatCount(Math.round(rowsPerSecond))} rows a second`);
  if (etaSeconds !== null && total > 0) parts.push(`about ${formatSeconds(etaSeconds)} left`);
  return parts.join(", ");
}

/** A time range as people say it, no finer than it is known: "25 s to 1 min 30 s", "9 min to 18 min". */
export const timeRange = (low: number, high: number): string =>
  `${formatSeconds(coarse(low))} to ${formatSeconds(coarse(high))}`;

/** "2 min to 4 min to the verdict, 5 min to 9 min with whose data helped". */
export function verdictAndWhole({ lowSeconds, highSeconds, verdict }: TimeRange): string {
  const whole = timeRange(lowSeconds, highSeconds);
  if (!verdict) return whole;
  return `${timeRange(verdict.lowSeconds, verdict.highSeconds)} to the verdict, ${whole} with whose data helped`;
}

function coarse(seconds: number): number {
  const grain = seconds < 60 ? 5 : seconds < 300 ? 30 : 60;
  return Math.max(grain, Math.round(seconds / grain) * grain);
}

/** Where a check in the background is, in words. */
export function checkProgress(progress: Run["progress"]): string {
  if (progress?.note) return progress.note;
  const { done = 0, total = 0, unit = "", etaSeconds = null } = progress ?? {};
  if (total === 0) return "Starting";
  const left = etaSeconds === null ? "" : `, about ${formatSeconds(etaSeconds)} left in this step`;
  return `${formatCount(done)} of ${formatCount(total)} ${unit}${left}`;
}
