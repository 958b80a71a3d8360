"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { ErrorCallout } from "../../common/error-callout";
import { formatCount } from "../../common/numbers";
import { useTRPC } from "../../trpc/client";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Skeleton } from "../../ui/skeleton";
import { rowsText } from "../words";
import { wordsFor } from "./finding-words";
import type { AskedRepair } from "./repairs";

/** Comparing words takes a library: it comes with the first repair. */
const WordDiff = dynamic(() => import("./word-diff").then((module) => module.WordDiff), {
  loading: () => <Skeleton isStill className="h-12" />,
});

/** So many rows are shown before a press changes all of them. */
const SHOWN = 20;

type RepairDialogProps = {
  contributionId: string;
  repair: AskedRepair;
  onClose: () => void;
  /** The repair is stored and the file is being read again. */
  onStarted: () => void;
};

/** What a repair changes, row by row, before it is done. */
export function RepairDialog({ contributionId, repair, onClose, onStarted }: RepairDialogProps) {
  const trpc = useTRPC();
  const { line, action, rows } = repair;
  const n = rows?.length ?? line.n;
  const start = useMutation(
    trpc.contribution.repair.mutationOptions({
      onSuccess: () => {
        onClose();
        onStarted();
      },
    }),
  );
  const isFix = action === "fix";
  const apply = isFix
    ? rows
      ? `Repair row ${rows[0]}`
      : line.fix!
    : `Leave ${n === 1 ? "it" : rowsText(n)} out`;
  return (
    <Dialog
      title={titleOf(repair, n)}
      description={
        isFix
          ? "The file is read again with this repair; your file itself stays as it is, and you can take the repair back."
          : "Rows that are left out are set aside, not deleted: you can take this back until you submit."
      }
      open
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      className="max-w-3xl"
    >
      <Changes contributionId={contributionId} repair={repair} n={n} />
      <ErrorCallout error={start.error} className="mt-4" />
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Not now</Button>
        <Button
          variant="primary"
          isBusy={start.isPending}
          busyLabel="Starting…"
          onClick={() => start.mutate({ contributionId, code: line.code, action, rows })}
        >
          {apply}
        </Button>
      </div>
    </Dialog>
  );
}

function titleOf({ line, action, rows }: AskedRepair, n: number): string {
  const which = rows ? `row ${formatCount(rows[0]!)}` : rowsText(n);
  return action === "fix" ? `Repair ${which}: ${wordsFor(line.code).done ?? ""}` : `Leave out ${which}`;
}

function Changes({ contributionId, repair, n }: { contributionId: string; repair: AskedRepair; n: number }) {
  const trpc = useTRPC();
  const { line, rows, action } = repair;
  const { data, error, refetch } = useQuery(
    trpc.contribution.repairPreview.queryOptions(
      { contributionId, code: line.code, rows, limit: SHOWN },
      { enabled: action === "fix" },
    ),
  );
  if (action !== "fix") return <p className="max-w-reading">{wordsFor(line.code).why}</p>;
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-40" />;
  if (data.items.length === 0)
    return (
      <p className="max-w-reading">
        The texts of {n === 1 ? "this row" : "these rows"} are not kept, so that nobody can read the key in
        them. Only the key is replaced; the rest stays as it is.
      </p>
    );
  return (
    <section
      aria-label="What changes"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-[50vh] overflow-y-auto border-y border-line"
    >
      <ol>
        {data.items.map((item) => (
          <li
            key={`${item.row} ${item.column}`}
            className="grid gap-1 border-b border-line py-3 last:border-b-0"
          >
            <p className="num text-sm text-muted">
              Row {formatCount(item.row)}, {item.column}
            </p>
            <WordDiff before={item.before} after={item.after} />
          </li>
        ))}
      </ol>
      {n > data.items.length ? (
        <p className="num py-3 text-sm text-muted">
          The first {formatCount(data.items.length)} are shown; the others are changed in the same way.
        </p>
      ) : null}
    </section>
  );
}
