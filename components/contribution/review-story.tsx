"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@/components/ui/link";
import { REJECT_REASON_WORDS } from "@/server/review/schemas";
import { type Column, DataTable } from "../common/data-table";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { TimeAgo } from "../common/time-ago";
import { sentBackUnread } from "../review/plan-words";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { ResubmitFile } from "./resubmit-file";
import { rowsText } from "./words";

type Timeline = RouterOutputs["review"]["timeline"];
type Step = Timeline["steps"][number];
type Refused = RouterOutputs["review"]["refused"];

/** What became of one's own file: a timeline, what a run learned of it, and each refused row with its reason. */
export function ReviewStory({ contributionId }: { contributionId: string }) {
  const trpc = useTRPC();
  const timeline = useQuery(trpc.review.timeline.queryOptions({ contributionId }));
  const refused = useQuery(trpc.review.refused.queryOptions({ contributionId }));
  const error = timeline.error ?? refused.error;
  if (error) return <ErrorCallout error={error} />;
  return (
    <>
      {timeline.data ? <Story timeline={timeline.data} /> : null}
      {refused.data && refused.data.total > 0 ? (
        <RefusedRows refused={refused.data} contributionId={contributionId} />
      ) : null}
    </>
  );
}

function Story({ timeline: { steps, medianWaitMs, learned } }: { timeline: Timeline }) {
  return (
    <section className="grid gap-3">
      <h2 className="text-lg">What happened so far</h2>
      <ol className="grid gap-1.5">
        {steps.map((step) => (
          <li key={`${step.kind} ${step.at.getTime()}`} className="flex flex-wrap gap-x-3">
            <span>{stepWords(step)}</span>
            <span className="text-muted">
              <TimeAgo at={step.at} />
            </span>
          </li>
        ))}
      </ol>
      {medianWaitMs === null ? null : (
        <p className="text-sm text-muted">
          Half of the rows of this Datanet are decided within {waitText(medianWaitMs)} of being submitted.
        </p>
      )}
      {learned ? (
        <p>
          {CLAIM_WORDS[learned.claim](rowsText(learned.rows))}{" "}
          <Link href={`/runs/${learned.runId}`} className="link">
            See the run
          </Link>
        </p>
      ) : null}
    </section>
  );
}

const CLAIM_WORDS: Record<NonNullable<Timeline["learned"]>["claim"], (rows: string) => string> = {
  helped: (rows) => `By estimate, the ${rows} of this file that were trained on helped.`,
  hurt: (rows) => `By estimate, the ${rows} of this file that were trained on hurt.`,
  depends: (rows) => `Whether the ${rows} of this file helped depends on whose questions count.`,
  open: (rows) => `It is not clear whether the ${rows} of this file that were trained on helped or hurt.`,
};

function stepWords(step: Step) {
  switch (step.kind) {
    case "uploaded":
      return "Uploaded";
    case "submitted":
      return "Submitted for review";
    case "firstDecision":
      return "First row decided";
    case "reviewed":
      return "Reviewed";
    case "verdict": {
      const seen = `${rowsText(step.read)} read${step.isAudit ? " to check on it" : ""}, ${formatCount(step.defects)} not good`;
      return step.verdict === "accepted"
        ? `${seen}: the rest was accepted but for a random part`
        : `${seen}: the rest went back to you`;
    }
    case "version":
      return (
        <Link href={`/versions/${step.snapshotId}`} className="link">
          {rowsText(step.rows)} became part of version {step.number}
        </Link>
      );
  }
}

const HOUR_MS = 3_600_000;

/** 90,000 -> "2 minutes"; 5,400,000 -> "1.5 hours"; 200,000,000 -> "2.3 days". */
function waitText(ms: number): string {
  if (ms < HOUR_MS) {
    const minutes = Math.max(1, Math.round(ms / 60_000));
    return minutes === 1 ? "a minute" : `${minutes} minutes`;
  }
  const [value, unit] = ms < 48 * HOUR_MS ? [ms / HOUR_MS, "hours"] : [ms / (24 * HOUR_MS), "days"];
  return `${Number((value as number).toFixed(1))} ${unit}`;
}

type RefusedRowsProps = { refused: Refused; contributionId: string };

function RefusedRows({ refused, contributionId }: RefusedRowsProps) {
  const { reads, rejectableRate } = refused;
  // Where rows were sent back, the same file is offered above, beside them.
  const isOnlyRejected = refused.items.every(({ status }) => status === "rejected");
  const why = (row: Refused["items"][number]) =>
    row.isUnread && rejectableRate !== null
      ? sentBackUnread(reads, rejectableRate)
      : [row.reason && REJECT_REASON_WORDS[row.reason], row.note].filter(Boolean).join(": ") ||
        "No reason given";
  const columns: Column<Refused["items"][number]>[] = [
    { key: "row", header: "Row", value: (row) => row.rowNumber, isNumeric: true },
    {
      key: "state",
      header: "Decision",
      value: (row) => (row.status === "sent_back" ? "Sent back" : "Rejected"),
    },
    {
      key: "why",
      header: "Why",
      value: why,
      cell: (row) => <span className="line-clamp-3">{why(row)}</span>,
    },
    {
      key: "text",
      header: "Text",
      value: (row) => row.prompt,
      cell: (row) => <span className="line-clamp-2">{`${row.prompt} → ${row.answer}`}</span>,
    },
  ];
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <div>
        <h2 className="text-lg">Rows that were not accepted</h2>
        {isOnlyRejected ? (
          <p className="max-w-reading text-muted">
            A rejected row may be mended in a spreadsheet and submitted again; the earlier one stays with its
            reason.
          </p>
        ) : null}
      </div>
      {isOnlyRejected ? <ResubmitFile contributionId={contributionId} /> : null}
      <DataTable
        caption="Rows that were not accepted"
        columns={columns}
        rows={refused.items}
        getKey={(row) => String(row.rowNumber)}
        filter={{ label: "Filter by text or reason", text: (row) => `${row.prompt} ${why(row)}` }}
        empty={null}
        note={
          refused.total > refused.items.length
            ? `The first ${formatCount(refused.items.length)} of ${formatCount(refused.total)}.`
            : undefined
        }
      />
    </section>
  );
}
