import dynamic from "next/dynamic";
import { formatCount } from "@/components/common/numbers";
import { StatusBadge } from "@/components/common/status-badge";
import { WhenNear } from "@/components/common/when-near";
import { type Evaluation, openings } from "@/components/evaluation/before-after";
import { signedPoints } from "@/components/evaluation/headline";
import { verdictWords } from "@/components/evaluation/verdict";
import type { Run } from "@/components/training-run/run-words";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { JudgingState } from "./judging-state";

const SideBySide = dynamic(
  () => import("@/components/evaluation/side-by-side").then((module) => module.SideBySide),
  { ssr: false, loading: () => <Skeleton className="h-140" /> },
);

const ARMS = [
  { key: "base", name: "Base model alone" },
  { key: "prompted", name: "Base with the best prompt and examples" },
  { key: "tuned", name: "Trained adapter" },
];

/** What people said of a style, how far they are, and the figures that decide nothing. */
export function StyleResult({ run, evaluation }: { run: Run; evaluation: Evaluation }) {
  const { preference, comparison } = evaluation;
  return (
    <section aria-labelledby="before-after" className="grid grid-cols-1 gap-8">
      <div>
        <h2 id="before-after" className="mb-2 text-sm font-normal text-muted">
          Did it get better?
        </h2>
        <StatusBadge {...verdictWords(evaluation.verdict)} className="text-lg font-semibold" />
        {preference && preference.judged > 0 ? (
          <p className="num mt-2 text-xl font-semibold text-balance">
            Adapter preferred on {formatCount(preference.tuned)}, base on {formatCount(preference.base)}, of{" "}
            {formatCount(preference.judged)} judged questions: {signedPoints(preference.difference)} of 100
            (95 % interval {signedPoints(preference.low)} to {signedPoints(preference.high)})
          </p>
        ) : null}
        <p className="mt-2 max-w-reading">{preference?.reason ?? comparison.reason}</p>
        <p className="mt-1 max-w-reading text-muted">{openings(evaluation)}</p>
      </div>
      <JudgingState runId={run.id} />
      <Figures arms={evaluation.arms} />
      <WhenNear className="h-140">
        <SideBySide key={evaluation.verdict} runId={run.id} isStyle />
      </WhenNear>
    </section>
  );
}

function Figures({ arms }: { arms: Evaluation["arms"] }) {
  return (
    <div>
      <h3>Beside it, deciding nothing</h3>
      <p className="mt-0.5 mb-1 max-w-reading text-sm text-muted">
        How many words an answer shares with the reference (token F1, of 100), and how long it is for one of
        the reference’s length. A good answer may use other words.
      </p>
      <Table caption="Likeness to the reference by who answers">
        <thead>
          <tr>
            <Th>Who answers</Th>
            <Th isNumeric>Shared words</Th>
            <Th isNumeric>Length</Th>
          </tr>
        </thead>
        <tbody>
          {ARMS.flatMap(({ key, name }) => {
            const likeness = arms[key]?.likeness;
            return likeness ? (
              <tr key={key}>
                <Td>{name}</Td>
                <Td isNumeric>{Math.round(100 * likeness.f1)}</Td>
                <Td isNumeric>{likeness.lengthRatio.toFixed(2)}</Td>
              </tr>
            ) : null;
          })}
        </tbody>
      </Table>
    </div>
  );
}
