"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { useSignInHref } from "@/components/account/use-sign-in-href";
import { ErrorCallout } from "../common/error-callout";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { useAccount } from "../trpc/use-account";
import { Button, LinkButton } from "../ui/button";
import { Callout } from "../ui/callout";
import { Field } from "../ui/field";
import { Select } from "../ui/select";
import { Textarea } from "../ui/textarea";

type Options = Pick<RouterOutputs["chat"]["options"], "goal" | "labels" | "datanets">;
type ReportAnswerProps = {
  adapterId: string;
  options: Options;
  prompt: string;
  wrongAnswer: string;
  expected?: string;
};

/** A wrong answer becomes work for a Datanet: what should it have been, and whose task is it? */
export function ReportAnswer({ adapterId, options, prompt, wrongAnswer, expected }: ReportAnswerProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { account } = useAccount();
  const signInHref = useSignInHref();
  const [right, setRight] = useState(expected ?? "");
  const [datanetId, setDatanetId] = useState(options.datanets[0]?.id ?? "");
  const create = useMutation(
    trpc.task.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.task.list.queryFilter({ datanetId })),
    }),
  );
  if (account === null) {
    return (
      <Callout
        title="Sign in to report a wrong answer"
        action={
          <LinkButton size="sm" href={signInHref}>
            Sign in
          </LinkButton>
        }
      >
        A task shows who opened it, and you hear of it when examples for it are accepted.
      </Callout>
    );
  }
  if (create.data) {
    return (
      <Callout
        tone="success"
        title="It is a task of the Datanet now"
        action={
          <>
            <LinkButton size="sm" href={`/datanets/${datanetId}/contribute?task=${create.data.taskId}`}>
              Write examples for this
            </LinkButton>
            <LinkButton size="sm" href={`/datanets/${datanetId}#tasks`}>
              See its tasks
            </LinkButton>
          </>
        }
      >
        {options.datanets.find(({ id }) => id === datanetId)?.isSample
          ? "This Datanet is a sample: nobody reviews new rows of it, so the task stays open and shows how it would go in a Datanet of your own."
          : "It is done when examples written for it were reviewed and accepted. You will hear of it."}
      </Callout>
    );
  }
  const send = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ adapterId, datanetId, prompt, wrongAnswer, expected: right });
  };
  return (
    <form onSubmit={send} className="grid max-w-reading gap-4 rounded-md border border-line px-4 py-4">
      <Field label="What should it have been?">
        {options.goal === "label" ? (
          <Select value={right} onChange={(event) => setRight(event.target.value)}>
            <option value="">Choose a label</option>
            {options.labels.map((label) => (
              <option key={label}>{label}</option>
            ))}
          </Select>
        ) : (
          <Textarea rows={2} value={right} onChange={(event) => setRight(event.target.value)} />
        )}
      </Field>
      {options.datanets.length > 1 ? (
        <Field label="Whose task is it?" hint="The Datanet that should learn to answer this.">
          <Select value={datanetId} onChange={(event) => setDatanetId(event.target.value)}>
            {options.datanets.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      ) : (
        <p className="text-sm text-muted">
          The task goes to{" "}
          <Link className="link" href={`/datanets/${datanetId}#tasks`}>
            {options.datanets[0]?.name}
          </Link>
          , with the question, its answer and yours; anyone can read it there.
        </p>
      )}
      <ErrorCallout error={create.error} />
      <div>
        <Button
          type="submit"
          variant="primary"
          disabled={right.trim() === ""}
          isBusy={create.isPending}
          busyLabel="Opening the task…"
        >
          Open the task
        </Button>
      </div>
    </form>
  );
}
