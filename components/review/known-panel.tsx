"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Column, DataTable } from "../common/data-table";
import { ErrorCallout } from "../common/error-callout";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select } from "../ui/select";
import { Textarea } from "../ui/textarea";
import { shareText } from "./plan-words";

type Known = RouterOutputs["review"]["known"]["items"][number];

/** Made in one press: as many right as wrong ones. */
const EACH = 15;

/** The owner's known-answer items: made of settled rows in one press, or by hand. */
export function KnownPanel({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isWriting, setIsWriting] = useState(false);
  const query = useQuery(trpc.review.known.queryOptions({ datanetId }));
  const refresh = () => queryClient.invalidateQueries(trpc.review.known.queryFilter({ datanetId }));
  const create = useMutation(trpc.review.createKnown.mutationOptions({ onSuccess: refresh }));
  const withdraw = useMutation(trpc.review.withdrawKnown.mutationOptions({ onSuccess: refresh }));
  const share = query.data ? shareText(query.data.knownShare) : "some";
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <h2 className="text-lg">Known-answer items</h2>
      <p className="max-w-reading text-sm text-muted">
        Rows whose right decision you know, mixed in among the others ({share} of what a validator gets). They
        show who reads with care. Validators cannot tell them apart, nobody gets one twice, and they are never
        part of a version.
      </p>
      <ErrorCallout error={query.error ?? create.error ?? withdraw.error} />
      <div className="flex flex-wrap gap-2">
        <Button
          isBusy={create.isPending}
          busyLabel="Making…"
          onClick={() => create.mutate({ datanetId, right: EACH, wrong: EACH })}
        >
          Make {2 * EACH} of settled rows
        </Button>
        <Button onClick={() => setIsWriting(!isWriting)} aria-expanded={isWriting}>
          Write one
        </Button>
      </div>
      {isWriting ? <ByHand datanetId={datanetId} onMade={refresh} /> : null}
      {query.data && query.data.items.length > 0 ? (
        <DataTable
          caption="Known-answer items"
          columns={[
            ...COLUMNS,
            {
              key: "action",
              header: "Take away",
              isHeaderHidden: true,
              cell: (row) => (
                <Button
                  size="sm"
                  aria-label={`Take away: ${row.prompt.slice(0, 60)}`}
                  onClick={() => withdraw.mutate({ recordId: row.recordId })}
                >
                  Take away
                </Button>
              ),
            },
          ]}
          rows={query.data.items}
          getKey={(row) => row.recordId}
          empty={null}
        />
      ) : null}
    </section>
  );
}

const COLUMNS: Column<Known>[] = [
  {
    key: "prompt",
    header: "Row",
    value: (row) => row.prompt,
    cell: (row) => <span className="line-clamp-2">{`${row.prompt} → ${row.answer}`}</span>,
  },
  { key: "expected", header: "Right decision", value: (row) => row.expected },
  { key: "answered", header: "Answered", value: (row) => row.answered, isNumeric: true },
  { key: "right", header: "Right", value: (row) => row.right, isNumeric: true },
];

function ByHand({ datanetId, onMade }: { datanetId: string; onMade: () => void }) {
  const trpc = useTRPC();
  const make = useMutation(trpc.review.createKnownByHand.mutationOptions({ onSuccess: onMade }));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = (name: string) => String(new FormData(form).get(name) ?? "");
    const expected = text("expected") === "accept" ? ("accept" as const) : ("reject" as const);
    make.mutate(
      {
        datanetId,
        prompt: text("prompt"),
        answer: text("answer"),
        expected,
        explanation: text("explanation"),
      },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <form onSubmit={submit} className="grid max-w-reading gap-3">
      <ErrorCallout error={make.error} />
      <Field label="Question">
        <Textarea name="prompt" rows={2} required />
      </Field>
      <Field label="Answer">
        <Textarea name="answer" rows={2} required />
      </Field>
      <Field label="Right decision">
        <Select name="expected" defaultValue="reject">
          <option value="reject">Reject it</option>
          <option value="accept">Accept it</option>
        </Select>
      </Field>
      <Field label="Why, for whoever gets it wrong">
        <Input name="explanation" required />
      </Field>
      <div>
        <Button type="submit" isBusy={make.isPending} busyLabel="Making…">
          Add it
        </Button>
      </div>
    </form>
  );
}
