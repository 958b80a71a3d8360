import dynamic from "next/dynamic";
import { WhenNear } from "@/components/common/when-near";
import type { Evaluation } from "@/components/evaluation/before-after";
import { VerdictHead } from "@/components/evaluation/verdict-head";
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
  return (
    <section aria-labelledby="before-after" className="grid grid-cols-1 gap-8">
      <VerdictHead evaluation={evaluation} />
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
