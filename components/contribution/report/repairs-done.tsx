"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ErrorCallout } from "../../common/error-callout";
import { StatusBadge } from "../../common/status-badge";
import { useTRPC } from "../../trpc/client";
import { Button } from "../../ui/button";
import type { Contribution } from "../contribution-screen";
import { doneSentence } from "./report-lines";

type RepairsDoneProps = { contribution: Contribution; isStale: boolean; onReading: () => void };

/** What the contributor pressed, the last first, each with its way back. */
export function RepairsDone({ contribution, isStale, onReading }: RepairsDoneProps) {
  const trpc = useTRPC();
  const undo = useMutation(trpc.contribution.unrepair.mutationOptions({ onSuccess: onReading }));
  const { id: contributionId } = contribution;
  const { data: repairs } = useQuery(
    trpc.contribution.repairs.queryOptions(
      { contributionId },
      { enabled: !isStale && contribution.repairs.length > 0 },
    ),
  );
  if (!repairs || contribution.repairs.length === 0) return null;
  const asked = undo.variables;
  return (
    <>
      <ul aria-label="What you changed" className="mt-3 grid gap-1.5">
        {repairs.toReversed().map((repair) => {
          const { code, action, rows } = repair;
          const isAsked =
            undo.isPending &&
            asked?.code === code &&
            asked.action === action &&
            asked.rows === (rows ?? undefined);
          return (
            <li
              key={`${code} ${action} ${rows?.join(" ") ?? "all"}`}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-r-md border-l-2 border-good-mark bg-good-soft px-3 py-1.5"
            >
              <StatusBadge tone="good" label={doneSentence(repair)} className="whitespace-normal" />
              <Button
                size="sm"
                disabled={isStale}
                isBusy={isAsked}
                busyLabel="Taking it back…"
                aria-label={`Undo: ${doneSentence(repair)}`}
                onClick={() => undo.mutate({ contributionId, code, action, rows: rows ?? undefined })}
              >
                Undo
              </Button>
            </li>
          );
        })}
      </ul>
      <ErrorCallout error={undo.error} className="mt-3" />
    </>
  );
}
