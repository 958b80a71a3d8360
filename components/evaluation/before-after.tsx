import dynamic from "next/dynamic";
import { WhenNear } from "@/components/common/when-near";
import type { Run } from "@/components/training-run/run-words";
import { Skeleton } from "@/components/ui/skeleton";
import { ArmsTable } from "./arms-table";
import { FixedBrokenGrid } from "./fixed-broken-grid";
import { VerdictHead } from "./verdict-head";

/** Not part of the first load: they stand below the figures. */
const SideBySide = dynamic(() => import("./side-by-side").then((module) => module.SideBySide), {
  ssr: false,
  loading: () => <Skeleton className="h-280" />,
});
const PreviousArm = dynamic(
  () => import("@/components/training-run/previous-arm").then((module) => module.PreviousArm),
  { ssr: false },
);
const SeedSpread = dynamic(
  () => import("@/components/training-run/seed-spread").then((module) => module.SeedSpread),
  { ssr: false },
);
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
      <VerdictHead evaluation={evaluation} />
      <div className="far grid grid-cols-1 gap-8 lg:grid-cols-2">
        <FixedBrokenGrid comparison={comparison} n={n} />
        <ArmsTable evaluation={evaluation} goal={run.datanet.goal} />
      </div>
      {run.kind === "training" ? (
        <>
          <PreviousArm runId={run.id} />
          <SeedSpread runId={run.id} />
        </>
      ) : null}
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
