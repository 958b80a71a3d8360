"use client";
import { type ReactNode, useEffect, useState } from "react";
import { readFields } from "@/server/datanet/words";
import { ErrorCallout } from "../common/error-callout";
import { FieldsTable } from "../contribution/fields-table";
import { Spinner } from "../ui/button";
import { speedWords } from "./speed-words";
import type { Turn } from "./use-talk";

type TurnViewProps = { turn: Turn; expected?: string[]; onRetry: () => void; actions?: ReactNode };

/** One question and its answer as it is written. */
export function TurnView({ turn, expected, onRetry, actions }: TurnViewProps) {
  const { question, answer, state, end, error } = turn;
  // While it is written an object is not yet one.
  const fields = state === "done" ? readFields(answer) : null;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-2 py-4">
      <p className="w-fit max-w-[85%] justify-self-end rounded-lg border border-line bg-surface px-3.5 py-2 break-words whitespace-pre-wrap">
        <span className="sr-only">You: </span>
        {question}
      </p>
      <div aria-live="polite" aria-busy={state === "waiting" || state === "writing"}>
        {state === "waiting" ? <Waiting /> : null}
        {fields ? <FieldsTable fields={fields} /> : null}
        {answer && !fields ? (
          <p className="max-w-reading text-lg break-words whitespace-pre-wrap">
            <span className="sr-only">The adapter: </span>
            {answer}
          </p>
        ) : null}
        {state === "done" && !answer ? <p className="text-muted">(It answered with nothing.)</p> : null}
        {state === "stopped" ? <p className="text-sm text-muted">Stopped by you.</p> : null}
      </div>
      {state === "failed" ? <ErrorCallout error={error} onRetry={onRetry} /> : null}
      {end ? (
        <p className="num text-sm text-muted">
          {speedWords(end)}
          {expected ? `. The test expects: ${expected.join(" or ")}` : null}
        </p>
      ) : null}
      {state === "done" && actions ? <div className="grid gap-3">{actions}</div> : null}
    </li>
  );
}

const SLOW_MS = 1_500;

/** A model that was not asked for a while is loaded first; silence longer than that needs its word. */
export function Waiting() {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className="flex items-center gap-2 text-muted">
      <Spinner />
      {isSlow
        ? "Loading the model. The first answer after a pause takes longer, and longer still beside a training run."
        : "Waiting for the first word"}
    </p>
  );
}
