"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { REJECT_REASON_WORDS } from "@/server/review/schemas";
import { ErrorCallout } from "../common/error-callout";
import { GOAL_WORDS } from "../datanet/words";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Select } from "../ui/select";
import { Skeleton } from "../ui/skeleton";
import { Textarea } from "../ui/textarea";
import type { Contribution } from "./contribution-screen";
import { ResubmitFile } from "./resubmit-file";
import { VisibleText } from "./visible-text";
import { rowsText } from "./words";

type SentBack = RouterOutputs["contribution"]["sentBack"][number];

/** Rows that validators sent back: each with its reason, to be mended in place and submitted again. */
export function SentBackRows({ contribution }: { contribution: Contribution }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.contribution.sentBack.queryOptions({ contributionId: contribution.id }),
  );
  return (
    <section aria-labelledby="sent-back" className="grid gap-4">
      <div>
        <h2 id="sent-back" className="text-lg">
          Sent back to you
        </h2>
        <p className="text-muted">
          {rowsText(contribution.review.sentBack)} to mend, here or in a spreadsheet. What you change is a new
          revision; the earlier one stays with its reason.
        </p>
      </div>
      <ResubmitFile contributionId={contribution.id} />
      <ErrorCallout error={error} onRetry={refetch} />
      {data ? null : <Skeleton className="h-40" />}
      {data?.map((row) => (
        <SentBackRow key={row.recordId} row={row} contribution={contribution} />
      ))}
    </section>
  );
}

function SentBackRow({ row, contribution }: { row: SentBack; contribution: Contribution }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [prompt, setPrompt] = useState(row.prompt);
  const [answer, setAnswer] = useState(row.answer);
  const send = useMutation(
    trpc.contribution.resubmitRow.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  const isChanged = prompt !== row.prompt || answer !== row.answer;
  const words = GOAL_WORDS[contribution.goal];
  const labels = contribution.labels;
  return (
    <form
      aria-label={`Row ${row.rowNumber}`}
      className="grid gap-3 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        const { system, category, source, recordId } = row;
        send.mutate({ recordId, texts: { prompt, answer, system, category, source } });
      }}
    >
      <div>
        <h3 className="font-medium">
          Row <span className="num">{row.rowNumber}</span>
          {row.reason ? `: ${REJECT_REASON_WORDS[row.reason].toLowerCase()}` : ""}
        </h3>
        {row.note ? <p className="break-words text-muted">“{row.note}”</p> : null}
        {row.spans.map((span) => (
          <p key={`${span.field}-${span.start}-${span.note}`} className="break-words text-muted">
            “<VisibleText text={row[span.field].slice(span.start, span.end)} />
            ”: {span.note}
          </p>
        ))}
      </div>
      <div className="grid gap-3 lg:grid-cols-2">
        <Field label={words.asked}>
          <Textarea rows={3} value={prompt} onChange={(event) => setPrompt(event.target.value)} />
        </Field>
        <Field label={words.learned}>
          {labels.includes(answer) ? (
            <Select value={answer} onChange={(event) => setAnswer(event.target.value)}>
              {labels.map((label) => (
                <option key={label}>{label}</option>
              ))}
            </Select>
          ) : (
            <Textarea rows={3} value={answer} onChange={(event) => setAnswer(event.target.value)} />
          )}
        </Field>
      </div>
      <ErrorCallout error={send.error} />
      <div>
        <Button type="submit" disabled={!isChanged} isBusy={send.isPending} busyLabel="Submitting…">
          Submit row {row.rowNumber} again
        </Button>
      </div>
    </form>
  );
}
