"use client";
import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@/components/common/numbers";
import { TimeAgo } from "@/components/common/time-ago";
import { signedPoints } from "@/components/evaluation/headline";
import { useTRPC } from "@/components/trpc/client";
import { Link } from "@/components/ui/link";
import { comparedVerdict } from "./compare-words";

const VERDICTS: Record<string, string> = {
  better: "This one is better.",
  worse: "This one is worse.",
  not_enough_evidence: "The difference may be chance.",
  not_measured: "Too few for a conclusion.",
};

/** The adapter's version before as one more arm: one sentence; nothing where there is none. */
export function PreviousArm({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.trainingRun.previous.queryOptions({ runId }));
  if (!data) return null;
  const { paired, preset, baseId, version, createdAt } = data;
  return (
    <p className="max-w-reading text-sm">
      Against the training before it ({preset} on {baseId}, version {version}, <TimeAgo at={createdAt} />
      ): {signedPoints(paired.difference)} of 100 (95 % interval {signedPoints(paired.low)} to{" "}
      {signedPoints(paired.high)}) on the {formatCount(paired.n)} questions that both were asked.{" "}
      {VERDICTS[comparedVerdict(paired)]}{" "}
      <Link className="link print:hidden" href={`/runs/compare?a=${data.runId}&b=${runId}`}>
        Compare the two
      </Link>
    </p>
  );
}
