"use client";
import { useQuery } from "@tanstack/react-query";
import { personName } from "../account/person";
import { type Column, DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { StatusBadge } from "../common/status-badge";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { shareText } from "./plan-words";

type Reviewers = RouterOutputs["review"]["reviewers"];
type Reviewer = Reviewers["reviewers"][number];

const TOO_FEW = "too few";

/** Point, interval and n in one cell. */
const rateCell = (rate: Reviewer["known"]) =>
  rate
    ? `${shareText(rate.share)} (${shareText(rate.low)} to ${shareText(rate.high)}), n ${formatCount(rate.n)}`
    : "–";

function agreementText({ alpha, low, high, pairs }: Reviewer["agreement"]): string {
  if (alpha === null || low === null || high === null) return `${TOO_FEW} (${formatCount(pairs)} pairs)`;
  return `${alpha.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

const outcomeText = (outcome: Reviewer["outcome"]) =>
  outcome
    ? `${formatCount(outcome.helped)} helped, ${formatCount(outcome.hurt)} hurt (estimate)`
    : "not trained on yet";

const COLUMNS: Column<Reviewer>[] = [
  { key: "name", header: "Validator", value: personName, className: "whitespace-nowrap" },
  { key: "decisions", header: "Decisions", value: (row) => row.decisions, isNumeric: true },
  {
    key: "agreement",
    header: "Agreement (α)",
    value: (row) => row.agreement.alpha ?? -2,
    cell: (row) => agreementText(row.agreement),
  },
  {
    key: "known",
    header: "Right on known answers",
    value: (row) => row.known?.share ?? -1,
    cell: (row) => rateCell(row.known),
  },
  {
    key: "overturned",
    header: "Overturned",
    value: (row) => row.overturned?.share ?? -1,
    cell: (row) => rateCell(row.overturned),
  },
  {
    key: "speed",
    header: "Median time",
    value: (row) => row.medianSeconds ?? -1,
    cell: (row) => (row.medianSeconds === null ? "–" : `${row.medianSeconds.toFixed(1)} s`),
    isNumeric: true,
  },
  {
    key: "outcome",
    header: "Once trained on",
    value: (row) => row.outcome?.rows ?? -1,
    cell: (row) => outcomeText(row.outcome),
  },
  {
    key: "state",
    header: "Gets",
    value: (row) => (row.isTraining ? "training items" : "live rows"),
    cell: (row) => (
      <StatusBadge
        tone={row.isTraining ? "warn" : "good"}
        label={row.isTraining ? "Training items" : "Live rows"}
      />
    ),
  },
];

/** How well each validator decides, with what the figures mean. */
export function ReviewerTable({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.review.reviewers.queryOptions({ datanetId }));
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <h2 className="text-lg">Validators</h2>
      <p className="max-w-reading text-sm text-muted">
        Agreement is Krippendorff’s α on rows that more than one person read: 1 is full agreement, 0 what
        chance gives. Whoever is surely right on fewer than 80 % of the known-answer items, after ten of them,
        gets training items until nine of ten are right. Intervals are 95 %.
        {query.data ? ` All together: ${agreementText(query.data.agreement)}.` : ""}
      </p>
      <DataTable
        caption="Validators"
        columns={COLUMNS}
        rows={query.data?.reviewers ?? []}
        isLoading={query.isPending}
        getKey={(row) => row.accountId}
        empty={
          <EmptyState title="Nobody has decided on a row yet" body="Figures come with the first decisions." />
        }
      />
    </section>
  );
}
