import dynamic from "next/dynamic";
import { formatCount } from "@/components/common/numbers";
import { StatusBadge } from "@/components/common/status-badge";
import { WhenNear } from "@/components/common/when-near";
import type { Run } from "@/components/training-run/run-words";
import { Skeleton } from "@/components/ui/skeleton";
import { readableReason } from "@/server/evaluation/words";
import { ArmsTable } from "./arms-table";
import { FixedBrokenGrid } from "./fixed-broken-grid";
import { headline } from "./headline";
import { verdictWords } from "./verdict";

/** Not part of the first load: they stand below the figures. */
const SideBySide = dynamic(() => import("./side-by-side").then((module) => module.SideBySide), {
  ssr: false,
  loading: () => <Skeleton className="h-280" />,
});
const GroupTables = dynamic(() => import("./group-tables").then((module) => module.GroupTables), {
  ssr: false,
  loading: () => <Skeleton className="h-72" />,
});

const StyleResult = dynamic(
  () => import("@/components/judgement/style-result").then((module) => module.StyleResult),
  { loading: () => <Skeleton className="h-140" /> },
);

export type Evaluation = NonNullable<Run["evaluation"]>;

/** The verdict as one sentence with its interval, then the picture, then what got worse, then everything else. */
export function BeforeAfter({ run, evaluation }: { run: Run; evaluation: Evaluation }) {
  const { arms, comparison, n } = evaluation;
  if (evaluation.metric === "preference") return <StyleResult run={run} evaluation={evaluation} />;
  return (
    <section aria-labelledby="before-after" className="grid grid-cols-1 gap-8">
      <div>
        <h2 id="before-after" className="mb-2 text-sm font-normal text-muted">
          Did it get better?
        </h2>
        <StatusBadge {...verdictWords(evaluation.verdict)} className="text-lg font-semibold" />
        <p className="num mt-2 text-xl font-semibold text-balance">
          {arms.base && arms.tuned ? headline(arms.base, arms.tuned, comparison, n) : null}
        </p>
        <p className="mt-2 max-w-reading">{readableReason(comparison.reason)}</p>
        <p className="mt-1 max-w-reading text-muted">{openings(evaluation)}</p>
      </div>
      <div className="far grid grid-cols-1 gap-8 lg:grid-cols-2">
        <FixedBrokenGrid comparison={comparison} n={n} />
        <ArmsTable evaluation={evaluation} goal={run.datanet.goal} />
      </div>
      <WhenNear className="h-280">
        <SideBySide runId={run.id} />
      </WhenNear>
      {arms.tuned?.perLabel || evaluation.fields || evaluation.categories.length > 0 ? (
        <WhenNear className="h-72">
          <GroupTables evaluation={evaluation} />
        </WhenNear>
      ) : null}
    </section>
  );
}

export function openings({ opening, openings: all }: Evaluation): string {
  const times = (count: number) =>
    count === 1 ? "once" : count === 2 ? "twice" : `${formatCount(count)} times`;
  const own =
    opening === 1 ? "This run was the first to open it." : `This run was number ${formatCount(opening)}.`;
  return (
    `This test has been opened ${times(all)}. ${all > 1 ? `${own} ` : ""}` +
    "The more often a test is opened, the more a good result may be luck; the next version adds fresh questions."
  );
}
