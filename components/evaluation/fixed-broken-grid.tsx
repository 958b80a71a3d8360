import { FigureFiles } from "@/components/common/figure-files";
import { formatCount } from "@/components/common/numbers";
import { cn } from "@/components/ui/cn";
import type { Evaluation } from "./before-after";

type Props = {
  comparison: Pick<Evaluation["comparison"], "fixed" | "broken" | "bothRight" | "bothWrong">;
  n: number;
  /** What the two arms are called. */
  names?: [string, string];
};

/** Every test question in one of four cells: right or wrong, before and after. */
export function FixedBrokenGrid({ comparison, n, names = ["Before", "After"] }: Props) {
  const { fixed, broken, bothRight, bothWrong } = comparison;
  const title = `Each question, ${names[0].toLowerCase()} and ${names[1].toLowerCase()}`;
  return (
    <div>
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <h3>{title}</h3>
        <div className="flex gap-1">
          <FigureFiles
            figure={{
              title,
              columns: [
                { key: "before", label: names[0] },
                { key: "after", label: names[1] },
                { key: "questions", label: "Questions", isNumeric: true },
              ],
              rows: [
                { before: "right", after: "right", questions: bothRight },
                { before: "right", after: "wrong", questions: broken },
                { before: "wrong", after: "right", questions: fixed },
                { before: "wrong", after: "wrong", questions: bothWrong },
              ],
            }}
          />
        </div>
      </div>
      <p className="mt-0.5 mb-3 text-sm text-muted">{formatCount(n)} test questions, sealed ones included.</p>
      <table className="w-full max-w-md table-fixed border-separate border-spacing-1 text-left">
        <caption className="sr-only">
          Questions by right or wrong, {names[0].toLowerCase()} and {names[1].toLowerCase()}
        </caption>
        <thead>
          <tr>
            <td className="w-28" />
            <th scope="col" className="px-2 text-sm font-medium text-muted">
              {names[1]}: right
            </th>
            <th scope="col" className="px-2 text-sm font-medium text-muted">
              {names[1]}: wrong
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row" className="text-sm font-medium text-muted">
              {names[0]}: right
            </th>
            <Cell count={bothRight} n={n} word="stayed right" />
            <Cell count={broken} n={n} word="broken" tone="bg-bad-soft" />
          </tr>
          <tr>
            <th scope="row" className="text-sm font-medium text-muted">
              {names[0]}: wrong
            </th>
            <Cell count={fixed} n={n} word="fixed" tone="bg-good-soft" />
            <Cell count={bothWrong} n={n} word="stayed wrong" />
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Cell({ count, n, word, tone }: { count: number; n: number; word: string; tone?: string }) {
  return (
    <td className={cn("rounded-sm px-2 py-3 align-top", tone ?? "bg-sunken")}>
      <span className="num block text-xl font-semibold">{formatCount(count)}</span>
      <span className="text-sm">
        {word}
        <span className="sr-only"> of {formatCount(n)}</span>
      </span>
    </td>
  );
}
