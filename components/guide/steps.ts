import type { RouterOutputs } from "../trpc/client";

type Guide = NonNullable<RouterOutputs["guide"]["get"]>;
type GuideSample = Pick<RouterOutputs["sample"]["list"][number], "datanetId" | "snapshotId" | "runId">;
export type GuideFacts = Omit<Extract<Guide, { isClosed: false }>, "sample"> & { sample: GuideSample | null };
export type GuideStep = { title: string; body: string; action: string; href: string; isDone: boolean };

/** A visitor has nothing of their own yet. */
export const VISITOR: GuideFacts = {
  isClosed: false,
  hasLooked: false,
  hasRead: false,
  hasChecked: false,
  run: null,
  sample: null,
};

const UNSIGNED = ["checking", "commit"];
const ENDED_EMPTY = ["failed", "cancelled"];
const PUBLISHED = ["included", "final"];

/** The five steps from a sample to a published adapter, each with where it goes on, from what there really is. */
export function guideSteps(facts: GuideFacts): GuideStep[] {
  const { run, sample } = facts;
  const isMeasured = Boolean(run?.verdict);
  const isStarted = run !== null && !UNSIGNED.includes(run.status) && (isMeasured || !hasEnded(run));
  const isPublished = PUBLISHED.includes(run?.publication ?? "");
  return [
    {
      ...(sample
        ? {
            title: "See what a sample shows",
            body: "A finished example: did the small model get better, by how much, and whose examples helped?",
            action: "Open the sample’s result",
            href: `/runs/${sample.runId}`,
          }
        : {
            title: "See what a run shows",
            body: "A finished run says: did the small model get better, by how much, and whose examples helped?",
            action: "Open the training runs",
            href: "/runs",
          }),
      isDone: facts.hasLooked || run !== null,
    },
    { title: "Make it yours", ...ownRun(run, sample), isDone: isStarted },
    {
      title: "Read your result",
      ...(isMeasured
        ? {
            body: "Your result is in. See what got better, what got worse, and whose examples helped.",
            action: "Read your result",
          }
        : {
            body: "Your run is under way. You may close this page; it goes on, and a notice tells you when it ends.",
            action: "Watch your run",
          }),
      href: run ? `/runs/${run.id}` : "/runs",
      isDone: isMeasured && (facts.hasRead || isPublished),
    },
    {
      title: "Publish it",
      body: "A few checks run first. Then one signature writes your adapter’s fingerprints where nobody can change them.",
      action: "Go to publishing",
      href: run ? `/runs/${run.id}/publish` : "/runs",
      isDone: isPublished,
    },
    {
      title: "Check it",
      body: "Anyone can compare your files with the public record. Press “Re-check” on your adapter’s page.",
      action: "Open your adapter",
      href: run?.adapterId ? `/adapters/${run.adapterId}` : "/adapters",
      isDone: isPublished && facts.hasChecked,
    },
  ];
}

const hasEnded = (run: NonNullable<GuideFacts["run"]>) => ENDED_EMPTY.includes(run.status);

function ownRun(run: GuideFacts["run"], sample: GuideSample | null) {
  if (run && UNSIGNED.includes(run.status)) {
    return {
      body: "Your run is checked, then it waits for your signature.",
      action: "Go on with your run",
      href: `/runs/${run.id}`,
    };
  }
  const href = sample ? `/datanets/${sample.datanetId}/train?version=${sample.snapshotId}` : "/datanets";
  return run && hasEnded(run)
    ? { body: "Your last run ended without a result; its page says why.", action: "Start another run", href }
    : {
        body: "Train your own on the same examples. Everything is filled in; it takes a few minutes.",
        action: "Start your own run",
        href,
      };
}

/** Index of the step that comes next; the number of steps when all are done. */
export const nextStepIndex = (steps: readonly GuideStep[]): number => {
  const index = steps.findIndex((step) => !step.isDone);
  return index < 0 ? steps.length : index;
};
