"use client";
import { useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { formatSeconds } from "@/components/common/numbers";
import { useTRPC } from "@/components/trpc/client";
import { Spinner } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { Progress } from "@/components/ui/progress";
import { CancelRun } from "./cancel-run";
import { progressLine, type Run, stagesOf } from "./run-words";

/** Where a run is, in words; read from the server, so a reload or a closed laptop changes nothing. */
export function RunProgress({ run }: { run: Run }) {
  const trpc = useTRPC();
  const curve = useQuery(
    trpc.trainingRun.curve.queryOptions({ runId: run.id }, { enabled: run.status === "training" }),
  );
  const isWorking = run.status !== "commit";
  const stages = stagesOf(run);
  const at = stages.findIndex((item) => item.stage === (isWorking ? run.status : "baseline"));
  const { done = 0, total = 0 } = run.progress ?? {};
  return (
    <section aria-label="Progress" className="grid gap-5">
      <ol className="flex flex-wrap gap-x-6 gap-y-2">
        {stages.map(({ stage, name }, index) => (
          <li
            key={stage}
            aria-current={index === at ? "step" : undefined}
            className={cn(
              "flex items-center gap-1.5",
              index > at && "text-muted",
              index === at && "font-medium",
            )}
          >
            {index < at ? <Check aria-label="done" role="img" className="size-4 text-good-mark" /> : null}
            {index === at && isWorking ? <Spinner /> : null}
            {name}
            {index < at ? (
              <span className="num text-sm text-muted">{formatSeconds(run.stageSeconds[stage] ?? 0)}</span>
            ) : null}
          </li>
        ))}
      </ol>
      {isWorking ? (
        <Progress
          value={total > 0 ? done : null}
          max={total || 1}
          label={progressLine(run, curve.data?.rowsPerSecond ?? null)}
        />
      ) : null}
      <div className="flex flex-wrap items-center gap-3">
        {run.isBuilder ? <CancelRun run={run} /> : null}
        {isWorking ? (
          <p className="text-sm text-muted">
            You may close this page; the run goes on. <QueueLink run={run} />
          </p>
        ) : null}
      </div>
    </section>
  );
}

/** Its place in the line, where others are in it too. */
function QueueLink({ run: { place } }: { run: Run }) {
  if (!place || place.inLine < 2) return null;
  const starts =
    place.startsInSeconds === null ? "" : `, starts in about ${formatSeconds(place.startsInSeconds)}`;
  return (
    <>
      {place.position > 0 ? `Number ${place.position} in line${starts}. ` : null}
      <Link className="link" href="/runs">
        See the line
      </Link>
    </>
  );
}
