"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { personName } from "../account/person";
import { ChartFrame } from "../common/chart-frame";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { formatCount, formatPoints } from "../common/numbers";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Skeleton } from "../ui/skeleton";
import { TopicScatter } from "./topic-scatter";
import { seriesOf } from "./topic-series";

type Topics = RouterOutputs["datanet"]["topicMap"];

const POLL_MS = 5_000;
const COLUMNS = [
  { key: "prompt", label: "Row asks" },
  { key: "from", label: "From" },
  { key: "category", label: "Category" },
  { key: "row", label: "Row of its file", isNumeric: true },
  { key: "x", label: "Across", isNumeric: true },
  { key: "y", label: "Up", isNumeric: true },
];

/** Where the rows of a Datanet lie by what they ask; with `contributionId`, that file's rows before all others. */
export function TopicMap({ datanetId, contributionId }: { datanetId: string; contributionId?: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.datanet.topicMap.queryOptions(
      { datanetId },
      { refetchInterval: ({ state }) => (state.data?.waiting ? POLL_MS : false) },
    ),
  );
  const series = useMemo(() => seriesOf(data?.points ?? [], contributionId), [data, contributionId]);
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-96" />;
  if (data.points.length === 0) return <NoMap topics={data} />;
  return (
    <ChartFrame
      title="Map of topics"
      summary={summarize(data, series.length)}
      columns={COLUMNS}
      rows={data.points.map((point) => ({
        prompt: point.prompt,
        from: personName({ name: point.contributorName, address: point.contributorAddress }),
        category: point.category,
        row: point.row,
        x: point.x,
        y: point.y,
      }))}
    >
      <TopicScatter series={series} />
    </ChartFrame>
  );
}

function NoMap({ topics }: { topics: Topics }) {
  if (topics.problem)
    return (
      <EmptyState
        title="There is no map of topics here"
        body={`${topics.problem} Everything else works without it.`}
      />
    );
  if (topics.waiting > 0)
    return (
      <EmptyState
        title="The map of topics is pending"
        body="Rows are being compared by what they ask, in the background. The map appears here when that is done; nothing waits for it."
      />
    );
  return (
    <EmptyState
      title="No map of topics yet"
      body="Once rows are submitted, this shows which of them ask alike, and where contributors cover the same ground."
    />
  );
}

function summarize(topics: Topics, groups: number): string {
  const { points, rows, waiting, explained, keptNeighbours } = topics;
  const drawn =
    points.length < rows
      ? `${formatCount(points.length)} of ${formatCount(rows)} rows, drawn at random`
      : `${formatCount(points.length)} rows`;
  const near =
    keptNeighbours === null
      ? ""
      : ` Of the ten rows nearest to a row in meaning, ${(keptNeighbours * 10).toFixed(1)} on average are among its ten nearest here.`;
  const share = explained
    ? ` It shows ${formatPoints(explained[0] + explained[1])} in 100 of what sets the rows apart.`
    : "";
  const pending =
    waiting === 0
      ? ""
      : ` Pending: ${waiting} ${waiting === 1 ? "contribution is" : "contributions are"} not on it yet.`;
  return `${drawn} in ${groups} ${groups === 1 ? "group" : "groups"}; what asks alike lies near. The directions have no meaning of their own.${share}${near}${pending}`;
}
