"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ErrorCallout } from "../common/error-callout";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { Table, Td, Th } from "../ui/table";
import { browserName } from "./browser-name";

export function SessionList() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(trpc.account.sessions.queryOptions());
  const said = useRef<HTMLParagraphElement>(null);
  const [ended, setEnded] = useState<string | null>(null);
  const revoke = useMutation(
    trpc.account.revokeSession.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }),
  );
  const end = (sessionId: string, browser: string) =>
    revoke.mutate(
      { sessionId },
      {
        onSuccess: () => {
          setEnded(browser);
          // The row goes away and its button with it.
          said.current?.focus();
        },
      },
    );
  return (
    <section aria-labelledby="sessions" className="max-w-reading">
      <h2 id="sessions" className="text-lg">
        Where you are signed in
      </h2>
      <p className="mt-1 mb-3 text-muted">End a session that you do not know, or no longer use.</p>
      <ErrorCallout error={error ?? revoke.error} onRetry={error ? refetch : undefined} />
      {data || error ? null : <Skeleton className="h-20" />}
      <p ref={said} tabIndex={-1} role="status" className="text-sm text-muted">
        {ended ? `The session in ${ended} is ended. Whoever used it has to sign again.` : ""}
      </p>
      {data ? (
        <Table caption="Sessions">
          <thead>
            <tr>
              <Th>Browser</Th>
              <Th>Last used</Th>
              <Th>
                <span className="sr-only">Action</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.map((session) => (
              <tr key={session.id}>
                <Td>{browserName(session.userAgent)}</Td>
                <Td>
                  <TimeAgo at={session.lastSeenAt} />
                </Td>
                <Td className="text-right">
                  {session.isCurrent ? (
                    <StatusBadge tone="good" label="This one" />
                  ) : (
                    <Button
                      size="sm"
                      aria-label={`End the session in ${browserName(session.userAgent)}`}
                      isBusy={revoke.isPending && revoke.variables.sessionId === session.id}
                      busyLabel="Ending…"
                      onClick={() => end(session.id, browserName(session.userAgent))}
                    >
                      End
                    </Button>
                  )}
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      ) : null}
    </section>
  );
}
