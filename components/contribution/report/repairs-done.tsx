"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ErrorCallout } from "../../common/error-callout";
import { StatusBadge } from "../../common/status-badge";
import { useTRPC } from "../../trpc/client";
import { Button } from "../../ui/button";
import type { Contribution } from "../contribution-screen";
import { rowsText } from "../words";
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
  const mended = contribution.inspection?.mended ?? [];
  const pressed = contribution.repairs.length > 0 ? (repairs ?? []) : [];
  if (pressed.length + mended.length === 0) return null;
  const asked = undo.variables;
  return (
    <>
      <ul aria-label="What you changed" className="mt-3 grid gap-1.5">
        {mended.toReversed().map((file) => (
          <MendedLine
            key={file.at}
            contributionId={contributionId}
            file={file}
            isStale={isStale}
            onReading={onReading}
          />
        ))}
        {pressed.toReversed().map((repair) => {
          const { code, action, rows } = repair;
          const isAsked =
            undo.isPending &&
            asked?.code === code &&
            asked.action === action &&
            asked.rows === (rows ?? undefined);
          return (
            <DoneLine
              key={`${code} ${action} ${rows?.join(" ") ?? "all"}`}
              sentence={doneSentence(repair)}
              isStale={isStale}
              isBusy={isAsked}
              onUndo={() => undo.mutate({ contributionId, code, action, rows: rows ?? undefined })}
            />
          );
        })}
      </ul>
      <ErrorCallout error={undo.error} className="mt-3" />
    </>
  );
}

type DoneLineProps = { sentence: string; isStale: boolean; isBusy: boolean; onUndo: () => void };

function DoneLine({ sentence, isStale, isBusy, onUndo }: DoneLineProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-r-md border-l-2 border-good-mark bg-good-soft px-3 py-1.5">
      <StatusBadge tone="good" label={sentence} className="min-w-0 break-words whitespace-normal" />
      <Button
        size="sm"
        disabled={isStale}
        isBusy={isBusy}
        busyLabel="Taking it back…"
        aria-label={`Undo: ${sentence}`}
        onClick={onUndo}
      >
        Undo
      </Button>
    </li>
  );
}

type Mended = NonNullable<NonNullable<Contribution["inspection"]>["mended"]>[number];
type MendedLineProps = { contributionId: string; file: Mended; isStale: boolean; onReading: () => void };

function MendedLine({ contributionId, file, isStale, onReading }: MendedLineProps) {
  const trpc = useTRPC();
  const undo = useMutation(trpc.contribution.unmend.mutationOptions({ onSuccess: onReading }));
  return (
    <>
      <DoneLine
        sentence={`${rowsText(file.rows)} replaced by ${file.fileName}`}
        isStale={isStale}
        isBusy={undo.isPending}
        onUndo={() => undo.mutate({ contributionId, sha256: file.sha256 })}
      />
      <ErrorCallout error={undo.error} />
    </>
  );
}
