"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { Link } from "@/components/ui/link";
import { RequireSignIn } from "../account/require-sign-in";
import { toCsv } from "../common/csv";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { PageHeader } from "../common/page-header";
import { TaskNote } from "../task/task-note";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Button, LinkButton } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { FileDrop } from "./file-drop";
import { GoOn } from "./go-on";
import { OwnContributions } from "./own-contributions";
import { UploadLines } from "./upload-lines";
import { useUpload } from "./use-upload";

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
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const refresh = useCallback(() => {
    const own = trpc.contribution.listForDatanet.queryFilter({ datanetId: datanet.id });
    void queryClient.invalidateQueries(own);
  }, [queryClient, trpc, datanet.id]);
  const target = { datanetId: datanet.id, taskId: task?.id ?? null };
  const { items, isSending, send, cancel } = useUpload(target, open, refresh);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {task ? <TaskNote task={task} /> : null}
        <UploadLines items={items} onCancel={cancel} />
        {isSending ? null : (
          <>
            <GoOn datanetId={datanet.id} onFile={(file, name) => send([{ file, name }])} />
            <FileDrop
              onFiles={send}
              example={exampleOf(datanet)}
              start={task ? startOf(datanet, task) : undefined}
            />
          </>
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
  if (datanet.contributeAccess === "invited")
    return (
      <EmptyState
        title={`Only who is invited may contribute to ${datanet.name}`}
        body="Ask its owner for an invitation link. You can read everything either way."
        action={<LinkButton href={`/datanets/${datanet.id}`}>Back to the Datanet</LinkButton>}
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
