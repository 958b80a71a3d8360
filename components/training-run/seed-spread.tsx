"use client";
import { useQuery } from "@tanstack/react-query";
import { formatPoints } from "@/components/common/numbers";
import { useTRPC } from "@/components/trpc/client";
import { Link } from "@/components/ui/link";

/** What the same training answers with other seeds: the luck that no interval over questions holds; nothing with one seed. */
export function SeedSpread({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.trainingRun.seeds.queryOptions({ runId }));
  if (!data) return null;
  return (
    <p className="max-w-reading text-sm">
      The same training with {data.runs.length} seeds has{" "}
      {data.runs.map((one, i) => (
        <span key={one.runId}>
          {i === 0 ? "" : i === data.runs.length - 1 ? " and " : ", "}
          {one.runId === runId ? (
            <strong>{formatPoints(one.right / one.n)}</strong>
          ) : (
            <Link className="link" href={`/runs/${one.runId}`}>
              {formatPoints(one.right / one.n)}
            </Link>
          )}
        </span>
      ))}{" "}
      of 100 right: a training’s own luck is about {(100 * data.deviation).toFixed(1)} points (standard
      deviation), which the intervals over questions do not hold.
    </p>
  );
}
