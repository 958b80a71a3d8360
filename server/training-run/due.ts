import type { TrainingRunRow } from "./policy";

/** What a run is taken to last before its dry run has measured it, seconds. */
const USUAL_SECONDS = 600;
/**
 * When a run's stages are due on the training machine, seconds since 1970: its arrival plus its own expected length.
 * So a short run passes a long one that came a little before it, a long one is passed only for as long as it lasts
 * itself, and all stages of a run keep its place.
 */
export function dueAt(run: Pick<TrainingRunRow, "createdAt" | "startedAt" | "status" | "dryRun">): number {
  if (run.status === "checking") return run.createdAt.getTime() / 1000;
  const { estimate } = run.dryRun ?? { estimate: null };
  const expected = estimate ? (estimate.lowSeconds + estimate.highSeconds) / 2 : USUAL_SECONDS;
  const arrived = (run.startedAt ?? run.createdAt).getTime() / 1000;
  return Math.round(arrived + expected);
}
