import { ChartFrame } from "../../common/chart-frame";
import { formatCount } from "../../common/numbers";
import { cn } from "../../ui/cn";
import { type Lengths, lengthBars, lengthSentence } from "./length-bins";

/** More bars than this have no room for their counts. */
const MOST_COUNTS = 12;

/** How long the rows are, with the line beyond which the model reads nothing. */
export function LengthHistogram({ lengths }: { lengths: Lengths }) {
  const { bars, cutAt } = lengthBars(lengths);
  const most = Math.max(1, ...bars.map(({ rows }) => rows));
  const sentence = lengthSentence(lengths);
  return (
    <ChartFrame
      title="How long the rows are"
      summary={sentence}
      columns={[
        { key: "upTo", label: "Up to tokens", isNumeric: true },
        { key: "rows", label: "Rows", isNumeric: true },
        { key: "cut", label: "Cut in training" },
      ]}
      rows={bars.map(({ label, rows, isCut }) => ({ upTo: label, rows, cut: isCut ? "yes" : "no" }))}
    >
      <div role="img" aria-label={`Rows by length. ${sentence}`}>
        <div className="relative pt-6">
          <div className="flex h-36 items-end gap-px border-b border-edge">
            {bars.map(({ label, rows, isCut }) => (
              <div key={label} className="flex h-full min-w-0 flex-1 flex-col justify-end">
                {rows > 0 && bars.length <= MOST_COUNTS ? (
                  <span className="num text-center text-xs text-muted">{formatCount(rows)}</span>
                ) : null}
                <div
                  className={cn("w-full", isCut ? "bg-chart-2" : "bg-chart-1")}
                  style={{ height: rows > 0 ? `max(2px, ${(rows / most) * 84}%)` : 0 }}
                />
              </div>
            ))}
          </div>
          <div
            className="absolute inset-y-0 border-l-2 border-dashed border-warn-mark"
            style={{ left: `${cutAt * 100}%` }}
          >
            <span
              className={cn(
                "absolute top-0 text-xs whitespace-nowrap text-warn",
                cutAt > 0.5 ? "right-1.5" : "left-1",
              )}
            >
              cut after {formatCount(lengths.contextTokens)}
            </span>
          </div>
        </div>
        <div className="flex gap-px">
          {bars.map(({ label }, index) => (
            <span key={label} className="num min-w-0 flex-1 text-right text-xs text-muted">
              {bars.length > MOST_COUNTS && index % 2 === 1 ? "" : label}
            </span>
          ))}
        </div>
        <p className="mt-1 text-sm text-muted">Tokens, up to</p>
      </div>
    </ChartFrame>
  );
}
