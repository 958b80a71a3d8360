import type { DryRunReport, RunProgress } from "@/db/schema";
import { type RunStage, TRAINING_STAGES, type TrainingStage } from "@/db/schema/training-run.constants";

export type InLine = {
  id: string;
  status: RunStage;
  progress: RunProgress | null;
  dryRun: DryRunReport | null;
  stageSeconds: Record<string, number>;
};
export type Place<Run> = Run & {
  /** 0 while the training machine works on it; else how many are to start up to and with it. */
  position: number;
  /** Until the training machine takes it up; 0 while it does, null where nothing tells. */
  startsInSeconds: number | null;
  /** Work of its own that is left. */
  leftSeconds: number | null;
};

/** How the time beside training is spent. */
const SHARES: Record<Exclude<TrainingStage, "training" | "checking">, number> = {
  baseline: 0.15,
  evaluating: 0.15,
  ability: 0.1,
  scoring: 0.6,
};
/** They let every other run pass. */
const PATIENT: readonly RunStage[] = ["ability", "scoring"];
const CHECKING_SECONDS = 15;

/**
 * Runs as the training machine takes them: those it works on, then those that wait by their place in its line, then
 * those it has not said anything about yet, in the order given. Times are sums of what each has left, in seconds; a
 * run's general ability and its estimate of whose data helped are left out of what others wait for, because they let
 * them pass.
 */
export function orderQueue<Run extends InLine>(runs: readonly Run[]): Place<Run>[] {
  const rank = ({ progress }: Run) =>
    isWorkedOn(progress) ? 0 : (progress?.position ?? Number.MAX_SAFE_INTEGER);
  const sorted = [...runs].sort((a, b) => rank(a) - rank(b));
  const working = sorted.filter(({ progress }) => isWorkedOn(progress)).length;
  let ahead: number | null = 0;
  return sorted.map((run, index) => {
    const isWorking = index < working;
    const place = {
      ...run,
      position: isWorking ? 0 : index - working + 1,
      startsInSeconds: isWorking ? 0 : ahead,
      leftSeconds: secondsLeft(run),
    };
    // A dry run is seconds long and runs beside the others; a trace that has not begun lets them pass.
    const isPassed = run.status === "checking" || (run.status === "tracing" && !isWorking);
    const blocks = isPassed ? 0 : secondsLeft(run, !PATIENT.includes(run.status));
    ahead = ahead === null || blocks === null ? null : ahead + blocks;
    return place;
  });
}

const isWorkedOn = (progress: RunProgress | null) =>
  progress !== null && progress.position === undefined && progress.note === undefined;

/** Seconds of work that a run has left by its dry run and its progress; null where neither tells. */
export function secondsLeft(run: InLine, withoutPatient = false): number | null {
  if (run.status === "checking") return CHECKING_SECONDS;
  const eta = run.progress?.etaSeconds ?? null;
  const { status } = run;
  if (status === "tracing" || status === "weighing") return eta;
  const { estimate = null, figures = null } = run.dryRun ?? {};
  if (!estimate || !figures) return eta;
  const whole = (estimate.lowSeconds + estimate.highSeconds) / 2;
  const rest = Math.max(0, whole - figures.trainingSeconds);
  const lasts = (stage: TrainingStage) =>
    stage === "training" ? figures.trainingSeconds : stage === "checking" ? 0 : rest * SHARES[stage];
  const later = TRAINING_STAGES.slice(TRAINING_STAGES.indexOf(status) + 1).filter(
    (stage) => !(withoutPatient && PATIENT.includes(stage)),
  );
  return Math.round((eta ?? lasts(status)) + later.reduce((sum, stage) => sum + lasts(stage), 0));
}
