"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { ErrorCallout } from "../common/error-callout";
import { useTRPC } from "../trpc/client";
import { Callout } from "../ui/callout";
import { Skeleton } from "../ui/skeleton";
import { Tabs } from "../ui/tabs";
import { type ChatOptions, ChatTab } from "./chat-tab";

/** Comes when its tab is opened. */
const CompareTab = dynamic(() => import("../comparison/compare-tab").then((module) => module.CompareTab), {
  loading: () => <Skeleton className="h-40" />,
});

const AWAY_POLL_MS = 5_000;

/** Talk to an adapter on its page and on its run's. Who may is decided by the server; this says it in words. */
export function TryPanel({ adapterId }: { adapterId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.chat.options.queryOptions({ adapterId }));
  return (
    <section aria-labelledby="try-it">
      <h2 id="try-it" className="text-lg">
        Try it
      </h2>
      {error && !data ? <ErrorCallout className="mt-3" error={error} onRetry={refetch} /> : null}
      {data ? <Allowed adapterId={adapterId} options={data} /> : null}
      {!data && !error ? <Skeleton className="mt-3 h-40" /> : null}
    </section>
  );
}

function Allowed({ adapterId, options }: { adapterId: string; options: ChatOptions }) {
  const trpc = useTRPC();
  const machine = useQuery(
    trpc.chat.machine.queryOptions(undefined, {
      enabled: options.isAllowed,
      refetchInterval: ({ state }) => (state.data?.isAway ? AWAY_POLL_MS : false),
    }),
  );
  if (!options.isAllowed) {
    return (
      <p className="mt-1 max-w-reading text-muted">
        This adapter is not published, so only the person who trained it or brought it in may talk to it.
      </p>
    );
  }
  return (
    <>
      <p className="mt-1 max-w-reading text-muted">{whoMay(options)}</p>
      {machine.data?.isAway ? (
        <Callout tone="warn" className="mt-3" title="The machine that answers is away">
          It is most often back within a minute; this page notices by itself.
        </Callout>
      ) : null}
      <div className="mt-4">
        <Tabs
          label="Ways to try it"
          items={[
            { value: "chat", label: "Ask it", content: <ChatTab adapterId={adapterId} options={options} /> },
            {
              value: "compare",
              label: "Blind comparison",
              content: <CompareTab adapterId={adapterId} options={options} />,
            },
          ]}
        />
      </div>
    </>
  );
}

function whoMay({ isPublished, perMinute }: ChatOptions): string {
  const who = isPublished ? "Anyone may ask, visitors too" : "Only you may ask, until it is published";
  return `${who}: ${perMinute} messages a minute. A talk stays in this page; nothing of it is stored.`;
}
