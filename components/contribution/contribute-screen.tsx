"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { Link } from "@/components/ui/link";
import { RequireSignIn } from "../account/require-sign-in";
import { toCsv } from "../common/csv";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { formatBytes, formatSeconds } from "../common/numbers";
import { PageHeader } from "../common/page-header";
import { TaskNote } from "../task/task-note";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Button, LinkButton } from "../ui/button";
import { Progress } from "../ui/progress";
import { Skeleton } from "../ui/skeleton";
import { FileDrop } from "./file-drop";
import { OwnContributions } from "./own-contributions";
import { type UploadState, useUpload } from "./use-upload";

type Datanet = RouterOutputs["datanet"]["get"];
type Task = RouterOutputs["task"]["get"];

const EXAMPLES: Record<Exclude<Datanet["goal"], "fields">, string> = {
  label: "text,label\na small bird that eats seeds,animal",
  answer: "question,answer\nAt how many degrees does water boil?,100",
  style: 'request,answer\nTell Ann that her parcel is late.,"Hi Ann, bad news first: it is late."',
};

/** A row of this Datanet as it may be pasted: fields have a column each. */
const exampleOf = ({ goal, fields }: Datanet): string =>
  goal === "fields" ? `text,${fields.join(",")}\n` : EXAMPLES[goal];

const SENTENCES: Record<Datanet["goal"], string> = {
  label: "Each row is a text and its label.",
  answer: "Each row is a question and its answer.",
  fields: "Each row is a text and its fields, in a column each or as one JSON object.",
  style: "Each row is a request and a text in your voice.",
};

export function ContributeScreen({ datanetId, taskId }: { datanetId: string; taskId: string | null }) {
  const trpc = useTRPC();
  const { data: datanet, error, refetch } = useQuery(trpc.datanet.get.queryOptions({ datanetId }));
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!datanet) return <ContributeSkeleton />;
  return (
    <div className="max-w-180">
      <PageHeader
        noun={
          <Link href={`/datanets/${datanetId}`} className="link">
            {datanet.name}
          </Link>
        }
        title="Contribute a file"
        sentence={`${SENTENCES[datanet.goal]} You see what was understood before anything is submitted.`}
      />
      <RequireSignIn purpose="contribute">
        {datanet.role.isMember ? (
          <ForTask datanet={datanet} taskId={taskId} />
        ) : (
          <JoinFirst datanet={datanet} />
        )}
      </RequireSignIn>
    </div>
  );
}

function ForTask({ datanet, taskId }: { datanet: Datanet; taskId: string | null }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.task.get.queryOptions({ taskId: taskId ?? "" }, { enabled: taskId !== null }),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (taskId !== null && !data) return <Skeleton className="h-52" />;
  return <Contribute datanet={datanet} task={data?.datanetId === datanet.id ? data : null} />;
}

const HEADERS: Record<Datanet["goal"], string[]> = {
  label: ["text", "label"],
  answer: ["question", "answer"],
  fields: ["text", "answer"],
  style: ["request", "answer"],
};

/** The task's question with its right answer; of a question of the test the column names alone. */
function startOf(datanet: Datanet, task: Task): string {
  const header = HEADERS[datanet.goal];
  return toCsv(header, task.isTestQuestion ? [] : [[task.prompt, task.expected]]).replaceAll("\r\n", "\n");
}

function Contribute({ datanet, task }: { datanet: Datanet; task: Task | null }) {
  const router = useRouter();
  const open = useCallback((id: string) => router.push(`/contributions/${id}`), [router]);
  const { state, send, cancel } = useUpload(datanet.id, open, task?.id ?? null);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {task ? <TaskNote task={task} /> : null}
        {state.phase === "failed" ? <Refused state={state} /> : null}
        {state.phase === "sending" ? (
          <Sending state={state} onCancel={cancel} />
        ) : (
          <FileDrop
            onFile={send}
            example={exampleOf(datanet)}
            start={task ? startOf(datanet, task) : undefined}
          />
        )}
        {datanet.labels.length > 0 ? (
          <p className="text-muted">
            Labels of this Datanet: <span className="text-ink">{datanet.labels.join(", ")}</span>
          </p>
        ) : null}
        {datanet.fields.length > 0 ? (
          <p className="text-muted">
            Fields of this Datanet: <span className="text-ink">{datanet.fields.join(", ")}</span>
          </p>
        ) : null}
      </div>
      <OwnContributions datanetId={datanet.id} />
    </div>
  );
}

type SendingState = Extract<UploadState, { phase: "sending" }>;

function Sending({ state, onCancel }: { state: SendingState; onCancel: () => void }) {
  const { name, sent, total, secondsLeft } = state;
  const left = secondsLeft === null ? "" : `, about ${formatSeconds(Math.ceil(secondsLeft))} left`;
  const words =
    sent < total
      ? `${formatBytes(sent)} of ${formatBytes(total)} sent${left}`
      : "Everything is sent; it is being stored";
  return (
    <div className="grid gap-4 rounded-lg border border-line px-6 py-8">
      <p className="font-medium break-words">{name}</p>
      <Progress value={sent} max={total} label={words} />
      <div>
        <Button size="sm" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

function Refused({ state }: { state: Extract<UploadState, { phase: "failed" }> }) {
  const { error } = state;
  return (
    <ErrorCallout
      error={error}
      action={
        error.contributionId ? (
          <LinkButton size="sm" href={`/contributions/${error.contributionId}`}>
            Open that contribution
          </LinkButton>
        ) : null
      }
    />
  );
}

function JoinFirst({ datanet }: { datanet: Datanet }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const join = useMutation(
    trpc.datanet.join.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.datanet.get.queryFilter({ datanetId: datanet.id })),
    }),
  );
  // Nobody reviews new rows of it.
  if (datanet.isSample)
    return (
      <EmptyState
        title="A sample takes no contributions"
        body="It is there to be looked at and trained on. Rows of your own go to a Datanet of your own."
        action={<LinkButton href="/datanets/new">Create a Datanet</LinkButton>}
      />
    );
  return (
    <>
      <EmptyState
        title={`Join ${datanet.name} to contribute`}
        body="Joining is one click and needs no signature. You can read everything either way."
        action={
          <Button
            variant="primary"
            isBusy={join.isPending}
            busyLabel="Joining…"
            onClick={() => join.mutate({ datanetId: datanet.id })}
          >
            Join
          </Button>
        }
      />
      <ErrorCallout error={join.error} className="mt-4" />
    </>
  );
}

function ContributeSkeleton() {
  return (
    <div role="status" aria-label="Loading the Datanet" className="max-w-180">
      <Skeleton className="mb-2 h-4 w-32" />
      <Skeleton className="h-9 w-64" />
      <Skeleton className="mt-2 h-5 w-full" />
      <Skeleton className="mt-6 h-52" />
    </div>
  );
}
