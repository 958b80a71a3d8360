"use client";
import { useState } from "react";
import { ChartFrame } from "../../common/chart-frame";
import { formatCount } from "../../common/numbers";
import { Button } from "../../ui/button";
import { VisibleText } from "../visible-text";
import { balanceSentence, type Shares } from "./share-words";

/** More bars than this are shown on a press. */
const FIRST_SHOWN = 12;

type ShareBarsProps = { shares: Shares; what: "label" | "category" };

/** How many rows each label or category has. */
export function ShareBars({ shares, what }: ShareBarsProps) {
  const [isWhole, setIsWhole] = useState(false);
  const { values, others } = shares;
  const named = values.map(({ value, rows }) => ({ value: value || "(none)", rows }));
  const most = Math.max(1, ...values.map(({ rows }) => rows));
  const shown = isWhole ? named : named.slice(0, FIRST_SHOWN);
  const sentence = balanceSentence({ values: named, others }, what);
  const title = what === "label" ? "Rows of each label" : "Rows of each category";
  return (
    <ChartFrame
      title={title}
      summary={sentence}
      columns={[
        { key: "value", label: what === "label" ? "Label" : "Category" },
        { key: "rows", label: "Rows", isNumeric: true },
      ]}
      rows={[...named, ...(others > 0 ? [{ value: "(others)", rows: others }] : [])]}
    >
      <ul className="grid gap-1.5">
        {shown.map(({ value, rows }) => (
          <li key={value} className="grid grid-cols-[minmax(72px,25%)_minmax(0,1fr)_auto] items-center gap-3">
            <span className="truncate text-sm">
              <VisibleText text={value} />
            </span>
            <span aria-hidden="true" className="h-3">
              <span
                className="block h-full bg-chart-1"
                style={{ width: rows > 0 ? `max(2px, ${(rows / most) * 100}%)` : 0 }}
              />
            </span>
            <span className="num text-sm">
              {formatCount(rows)}
              <span className="sr-only"> rows</span>
            </span>
          </li>
        ))}
      </ul>
      {named.length > shown.length ? (
        <Button size="sm" variant="ghost" className="mt-2" onClick={() => setIsWhole(true)}>
          Show all {formatCount(named.length)}
        </Button>
      ) : null}
    </ChartFrame>
  );
}
