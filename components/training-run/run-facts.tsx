"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { RunRecord } from "./run-record";
import type { Run } from "./run-words";

const POLL_MS = 3_000;

/** The run's record and its own messages. */
export function RunFacts({ run }: { run: Run }) {
  return (
    <section>
      <h2 className="text-lg">Record</h2>
      <RunRecord run={run} />
      <Messages run={run} />
    </section>
  );
}

function Messages({ run }: { run: Run }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.trainingRun.messages.queryOptions(
      { runId: run.id },
      { refetchInterval: run.isFinal ? false : POLL_MS },
    ),
  );
  if (!data || data.length === 0) return null;
  return (
    <details className="mt-5">
      <summary className="w-fit font-medium">Messages of the training machine ({data.length})</summary>
      <ul className="mt-2 divide-y divide-line border-y border-line">
        {data.map((event) => (
          <li key={`${event.stage}${event.seq}`} className="flex flex-wrap gap-x-4 py-1.5">
            <time dateTime={event.at.toISOString()} className="text-sm text-muted">
              {event.at.toISOString().slice(11, 19)}
            </time>
            <span className="min-w-0 flex-1 break-words">
              {event.level === "info" ? "" : `${event.level === "warn" ? "Careful" : "Problem"}: `}
              {event.message}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
