"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSignInHref } from "@/components/account/use-sign-in-href";
import { Link } from "@/components/ui/link";
import { ErrorCallout } from "../common/error-callout";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { useAccount } from "../trpc/use-account";
import { Button, LinkButton } from "../ui/button";
import { Callout } from "../ui/callout";
import { Field } from "../ui/field";
import { Select } from "../ui/select";
import { Textarea } from "../ui/textarea";
import { FieldsInput } from "./fields-input";

type Options = Pick<RouterOutputs["chat"]["options"], "goal" | "datanets" | "taskDatanets">;
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
  const [typed, setTyped] = useState(expected ?? "");
  const [chosenId, setChosenId] = useState("");
  const chosen = options.taskDatanets.find(({ id }) => id === chosenId) ?? options.taskDatanets[0];
  const datanetId = chosen?.id ?? "";
  const isLabel = options.goal === "label";
  // Another Datanet may have other labels.
  const right = isLabel && !chosen?.labels.includes(typed) ? "" : typed;
  const isFields = options.goal === "fields";
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
  if (!chosen) return <SampleTakesNone />;
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
        It is done when examples written for it were reviewed and accepted. You will hear of it.
      </Callout>
    );
  }
  const send = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ adapterId, datanetId, prompt, wrongAnswer, expected: right });
  };
  return (
    <form onSubmit={send} className="grid max-w-reading gap-4 rounded-md border border-line px-4 py-4">
      {isFields ? <FieldsInput names={chosen.fields} answer={typed} onChange={setTyped} /> : null}
      {isFields ? null : (
        <Field label="What should it have been?">
          {isLabel ? (
            <Select value={right} onChange={(event) => setTyped(event.target.value)}>
              <option value="">Choose a label</option>
              {chosen.labels.map((label) => (
                <option key={label}>{label}</option>
              ))}
            </Select>
          ) : (
            <Textarea rows={2} value={right} onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
      )}
      {options.taskDatanets.length > 1 ? (
        <Field label="Whose task is it?" hint="The Datanet that should learn to answer this.">
          <Select value={datanetId} onChange={(event) => setChosenId(event.target.value)}>
            {options.taskDatanets.map(({ id, name }) => (
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
            {chosen.name}
          </Link>
          , with the question, its answer and yours; anyone can read it there.
        </p>
      )}
      {options.datanets.some(({ isSample }) => isSample) ? (
        <p className="text-sm text-muted">
          A sample takes no tasks, because nobody reviews new rows of it: a Datanet of yours can learn from
          this.
        </p>
      ) : null}
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

/** Trained on samples alone, and the asker has no Datanet of that kind yet. */
function SampleTakesNone() {
  return (
    <Callout
      title="A sample takes no tasks"
      action={
        <LinkButton size="sm" href="/datanets/new">
          Create a Datanet
        </LinkButton>
      }
    >
      Nobody reviews new rows of it, so a task would stay open. In a Datanet of your own with the same goal
      this answer becomes one: examples for it are reviewed, and the next version learns from them.
    </Callout>
  );
}
