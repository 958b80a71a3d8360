import { ChartFrame } from "@/components/common/chart-frame";
import { type DotItem, IntervalDots } from "@/components/common/interval-dots";
import { formatCount, formatPoints } from "@/components/common/numbers";
import type { Evaluation } from "./before-after";
import { byOutcome, OUTCOMES, outcomeOf } from "./category-outcome";

type Category = Evaluation["categories"][number];

/** What changed in each category, what got worse first; totals over the whole test, sealed questions included. */
export function CategoryForest({ categories }: { categories: Category[] }) {
  const groups = byOutcome(categories);
  return (
    <ChartFrame
      title="By category"
      summary="Change in right answers, each with its own 95 % interval. “Shown” is corrected for looking at several categories at once (Holm). Small groups swing a lot."
      columns={[
        { key: "category", label: "Category" },
        { key: "n", label: "Questions", isNumeric: true },
        { key: "base", label: "Before, of 100", isNumeric: true },
        { key: "tuned", label: "After, of 100", isNumeric: true },
        { key: "fixed", label: "Fixed", isNumeric: true },
        { key: "broken", label: "Broken", isNumeric: true },
        { key: "difference", label: "Difference, of 100", isNumeric: true },
        { key: "low", label: "Low", isNumeric: true },
        { key: "high", label: "High", isNumeric: true },
        { key: "p", label: "p after Holm", isNumeric: true },
        { key: "shown", label: "Shown" },
      ]}
      rows={groups.flatMap(({ items }) =>
        items.map((one) => ({
          category: nameOf(one),
          n: one.n,
          base: formatPoints(one.base),
          tuned: formatPoints(one.tuned),
          fixed: one.fixed,
          broken: one.broken,
          difference: tenth((one.fixed - one.broken) / one.n),
          low: tenth(one.low),
          high: tenth(one.high),
          p: Number(one.pHolm.toPrecision(2)),
          shown: OUTCOMES[outcomeOf(one)].word,
        })),
      )}
    >
      <IntervalDots
        groups={groups.map(({ outcome, items }) => ({
          name: OUTCOMES[outcome].name,
          items: items.map(dotOf),
        }))}
        unit="Points of 100 questions, after less before"
      />
    </ChartFrame>
  );
}

const nameOf = ({ category }: Category) => category || "(none)";
const tenth = (fraction: number) => Math.round(fraction * 1000) / 10;

function dotOf(one: Category): DotItem {
  const { tone, word } = OUTCOMES[outcomeOf(one)];
  return {
    label: nameOf(one),
    value: (one.fixed - one.broken) / one.n,
    low: one.low,
    high: one.high,
    tone,
    word,
    note: `${formatCount(one.n)} questions, ${formatCount(one.fixed)} fixed, ${formatCount(one.broken)} broken`,
  };
}
