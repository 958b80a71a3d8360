"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSignInHref } from "@/components/account/use-sign-in-href";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatBytes, formatSeconds } from "@/components/common/numbers";
import { StatusBadge } from "@/components/common/status-badge";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { useAccount } from "@/components/trpc/use-account";
import { Button, buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Progress } from "@/components/ui/progress";
import { Skeleton } from "@/components/ui/skeleton";
import { testedSentence } from "./export-words";

type Take = RouterOutputs["adapter"]["take"];
type Export = Take["exports"][number];

const POLL_MS = 1_500;
const WORDS = {
  merged: {
    name: "Merged weights",
    what: "Base and adapter as one safetensors folder, for transformers, vLLM and the like",
  },
  gguf: {
    name: "GGUF",
    what: "Base and adapter as one file, for llama.cpp, Ollama, LM Studio and the like; set the system message named in the adapter’s README",
  },
};

/** The adapter in formats for other tools: each is made once, re-tested, and only then offered. */
export function AdapterExports({ adapterId }: { adapterId: string }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.adapter.take.queryOptions(
      { adapterId },
      {
        refetchInterval: ({ state }) =>
          state.data?.exports.some(({ status }) => status === "working") ? POLL_MS : false,
      },
    ),
  );
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  return (
    <div className="mt-6">
      <h3 className="font-semibold">For other tools</h3>
      <p className="max-w-reading text-muted">
        Made on the training machine, then read back: it is offered only if it gives the golden answers to the
        letter as base and adapter give them there.
      </p>
      {query.data ? (
        <ul className="mt-3 divide-y divide-line border-y border-line">
          {query.data.exports.map((each) => (
            <ExportLine key={each.format} adapterId={adapterId} take={query.data} made={each} />
          ))}
        </ul>
      ) : (
        <Skeleton className="mt-3 h-24" />
      )}
    </div>
  );
}

function ExportLine({ adapterId, take, made }: { adapterId: string; take: Take; made: Export }) {
  const { name, what } = WORDS[made.format];
  return (
    <li className="grid gap-2 py-2.5" aria-label={name}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <span className="min-w-0">
          <span className="font-medium">{name}</span>
          <span className="block text-sm text-muted">{what}</span>
        </span>
        <span className="flex flex-wrap items-center gap-3">
          <State made={made} />
          <Action adapterId={adapterId} take={take} made={made} />
        </span>
      </div>
      {made.status === "working" ? <Working made={made} /> : null}
      {made.status === "failed" && made.problem ? (
        <p className="max-w-reading text-sm">
          {made.problem.message} <span className="font-mono text-muted">{made.problem.code}</span>
        </p>
      ) : null}
      {made.report ? (
        <p className="num max-w-reading text-sm text-muted">{testedSentence(made.report)}</p>
      ) : null}
    </li>
  );
}

function State({ made: { status, report } }: { made: Export }) {
  if (status === "ready" && report)
    return <StatusBadge tone="good" label={`Ready, tested on ${report.answers} answers`} />;
  if (status === "working") return <StatusBadge tone="info" label="In work" />;
  if (status === "failed") return <StatusBadge tone="bad" label="Failed" />;
  return <StatusBadge tone="neutral" label="Not made yet" />;
}

function Action({ adapterId, take, made }: { adapterId: string; take: Take; made: Export }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { account } = useAccount();
  const signInHref = useSignInHref();
  const start = useMutation(
    trpc.adapter.startExport.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.adapter.take.queryFilter({ adapterId })),
    }),
  );
  const { name } = WORDS[made.format];
  if (made.status === "ready") {
    if (!take.mayTakeExports) return <Note text={notYours(take)} />;
    const size = formatBytes(made.bytes ?? 0);
    return (
      <a
        href={`/api/adapters/${adapterId}/exports/${made.format}`}
        download
        className={buttonClass({ size: "sm" })}
        aria-label={`Download, ${size}: ${name}`}
      >
        Download, {size}
      </a>
    );
  }
  if (made.status === "working") return null;
  if (!take.isMeasured) return <Note text="Possible once it is measured" />;
  if (!take.mayStartExports) {
    if (account || !take.mayTakeExports) return <Note text={notYours(take)} />;
    return (
      <Link href={signInHref} className="link text-sm">
        Sign in to have it made
      </Link>
    );
  }
  return (
    <>
      <Button
        size="sm"
        isBusy={start.isPending}
        busyLabel="Asking…"
        aria-label={`${made.status === "failed" ? "Try again" : "Make it"}: ${name}`}
        onClick={() => start.mutate({ adapterId, format: made.format })}
      >
        {made.status === "failed" ? "Try again" : "Make it"}
      </Button>
      {start.error ? <ErrorCallout error={start.error} className="basis-full" /> : null}
    </>
  );
}

function Working({ made: { progress } }: { made: Export }) {
  if (!progress)
    return (
      <Progress value={null} label="Waiting for its turn on the training machine. You may close this page." />
    );
  const left = progress.etaSeconds === null ? "" : `, about ${formatSeconds(progress.etaSeconds)} left`;
  return (
    <Progress
      value={progress.done}
      max={progress.total || 1}
      label={`Merging and re-testing: ${progress.done} of ${progress.total} answers${left}. You may close this page.`}
    />
  );
}

const notYours = ({ isImported }: Take) =>
  isImported ? "Only for who brought it in" : "Its builder's, until it is published";

const Note = ({ text }: { text: string }) => <span className="text-sm text-muted">{text}</span>;
