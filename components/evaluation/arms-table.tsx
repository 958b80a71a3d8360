import { ComputedNote } from "@/components/common/computed-note";
import { FigureFiles } from "@/components/common/figure-files";
import { formatCount, formatPoints } from "@/components/common/numbers";
import { Table, Td, Th } from "@/components/ui/table";
import type { Goal } from "@/db/schema/datanet.constants";
import { pText } from "@/server/evaluation/words";
import type { Evaluation } from "./before-after";
import { signedPoints } from "./headline";

const ARMS = [
  { key: "majority", name: "Always the most frequent answer", note: "what form alone would win" },
  { key: "base", name: "Base model alone", note: "before" },
  { key: "prompted", name: "Base with the best prompt and examples", note: "the rival" },
  { key: "tuned", name: "Trained adapter", note: "after" },
];

const TITLE = "Everyone on the same questions";

const figureOf = (arms: Evaluation["arms"]) => ({
  title: TITLE,
  columns: [
    { key: "name", label: "Who answers" },
    { key: "right", label: "Right", isNumeric: true },
    { key: "n", label: "Questions", isNumeric: true },
    { key: "rate", label: "Rate, 0 to 1", isNumeric: true },
    { key: "low", label: "Low", isNumeric: true },
    { key: "high", label: "High", isNumeric: true },
  ],
  rows: ARMS.flatMap(({ key, name }) => {
    const arm = arms[key];
    if (!arm) return [];
    const { correct, n, rate, low, high } = arm;
    return [{ name, right: correct, n, rate, low, high }];
  }),
});

/** All arms on the same questions, each with its interval. */
export function ArmsTable({ evaluation, goal }: { evaluation: Evaluation; goal: Goal }) {
  const { arms, comparison, comparisonPrompted } = evaluation;
  const hasForm = arms.tuned?.inForm !== undefined;
  const hasContains = goal === "answer" && ARMS.some(({ key }) => arms[key]?.contains);
  return (
    <div>
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <h3>{TITLE}</h3>
        <div className="flex gap-1">
          <FigureFiles figure={figureOf(arms)} />
        </div>
      </div>
      <p className="mt-0.5 mb-1 text-sm text-muted">
        {hasForm
          ? "Right is a text with every field right. Not in the form: no JSON object of exactly these fields."
          : "Right of 100, with the 95 % interval."}
      </p>
      <Table caption="Result of each arm">
        <thead>
          <tr>
            <Th>Who answers</Th>
            <Th isNumeric>Right</Th>
            <Th isNumeric>Of 100</Th>
            {hasContains ? <Th isNumeric>Contained</Th> : null}
            {hasForm ? <Th isNumeric>Not in the form</Th> : null}
          </tr>
        </thead>
        <tbody>
          {ARMS.flatMap(({ key, name, note }) => {
            const arm = arms[key];
            return arm ? (
              <tr key={key} className={key === "tuned" ? "font-medium" : undefined}>
                <Td className="py-1.5">
                  {hasForm && key === "majority" ? "Always the most frequent value of each field" : name}{" "}
                  <span className="block text-sm font-normal text-muted">{note}</span>
                </Td>
                <Td isNumeric>
                  {formatCount(arm.correct)} of {formatCount(arm.n)}
                </Td>
                <Td isNumeric className="whitespace-nowrap">
                  {formatPoints(arm.rate)}{" "}
                  <span className="font-normal text-muted">
                    ({formatPoints(arm.low)} to {formatPoints(arm.high)})
                  </span>
                </Td>
                {hasForm ? (
                  <Td isNumeric>{arm.inForm ? formatCount(arm.n - arm.inForm.correct) : "–"}</Td>
                ) : null}
                {hasContains ? (
                  <Td isNumeric>{arm.contains ? formatPoints(arm.contains.rate) : "–"}</Td>
                ) : null}
              </tr>
            ) : null;
          })}
        </tbody>
      </Table>
      {comparisonPrompted ? (
        <p className="mt-3 max-w-reading text-sm">
          Against the prompted base: {signedPoints(comparisonPrompted.difference)} of 100 (95 % interval{" "}
          {signedPoints(comparisonPrompted.low)} to {signedPoints(comparisonPrompted.high)}).{" "}
          {comparisonPrompted.low > 0
            ? "Training gave more than a good prompt does."
            : "A good prompt may already be enough."}
        </p>
      ) : null}
      <ComputedNote className="mt-2">
        Two-sided exact McNemar test on the questions whose answer changed between right and wrong:{" "}
        {pText(comparison.pValue)}
        {comparison.vsMajorityPValue === null
          ? ""
          : `; the same against the most frequent answer: ${pText(comparison.vsMajorityPValue)}`}
        . “Better” needs p under 0.05 in both. Intervals of a difference after Agresti and Min.
      </ComputedNote>
    </div>
  );
}
