"use client";
import { useQuery } from "@tanstack/react-query";
import type { RouterOutputs } from "../trpc/client";
import { useTRPC } from "../trpc/client";
import { Callout } from "../ui/callout";

export type Lesson = NonNullable<RouterOutputs["review"]["decide"]["lesson"]>;

/** Says kindly that these are rows for practice, how far one is, and what the last one was about. */
export function TrainingNote({ datanetId, lesson }: { datanetId: string; lesson: Lesson | null }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.review.standing.queryOptions({ datanetId }));
  const isTraining = lesson ? lesson.standing.isTraining : data?.isTraining;
  if (!isTraining && !lesson) return null;
  const standing = lesson?.standing ?? data!;
  return (
    <div className="grid gap-3">
      {lesson ? (
        <Callout tone={lesson.isRight ? "success" : "warn"} title={lesson.isRight ? "Right" : "Not quite"}>
          <p>
            {lesson.isRight
              ? ""
              : `The decision here is: ${lesson.expected === "accept" ? "accept" : "reject"}. `}
            {lesson.explanation}
          </p>
        </Callout>
      ) : null}
      {isTraining ? (
        <Callout title="A few rows for practice first">
          <p>
            Some of your last decisions differed from what was agreed on, so these rows come with the answer
            after each. Nine right of the latest ten, and you get live rows again. So far: {standing.right} of{" "}
            {standing.answered}. The guidelines are beside the row.
          </p>
        </Callout>
      ) : (
        <Callout tone="success" title="Well done: from now on you get live rows again" />
      )}
    </div>
  );
}
