"use client";
import { type ReactNode, useState } from "react";
import { Link } from "@/components/ui/link";
import { Button } from "../ui/button";
import { cn } from "../ui/cn";
import { bothEnds } from "./both-ends";
import { formatCount, formatSigned } from "./numbers";

export type WhiskerItem = {
  label: string;
  value: number;
  low: number;
  high: number;
  href?: string;
  note?: ReactNode;
  /** Other measures of the same thing, drawn on the same axis. */
  marks?: readonly WhiskerMark[];
};

export type WhiskerMark = { shape: MarkShape; value: number; low: number; high: number };
export type MarkShape = keyof typeof SHAPES;

/** Told apart by shape, not by colour. */
const SHAPES = { diamond: "size-2 rotate-45", circle: "size-2.5 rounded-full" };

type Scale = (value: number) => number;

/** Maps values to percent of the track's width; zero is always on it, with room at both ends. */
export function whiskerScale(items: WhiskerItem[]): Scale {
  const drawn = items.flatMap((item) => [item, ...(item.marks ?? [])]);
  const low = Math.min(0, ...drawn.map((item) => item.low));
  const high = Math.max(0, ...drawn.map((item) => item.high));
  const span = high - low || 1;
  return (value) => 2 + ((value - low) / span) * 96;
}

const isClear = (item: WhiskerItem) => item.low > 0 || item.high < 0;

type Props = { items: WhiskerItem[]; unit: string; legend?: { shape: MarkShape; words: string }[] };

/** More rows than this are shown on a press: the best and the worst of them are what is looked for. */
const MOST = 20;
const ROWS = "divide-y divide-line border-y border-line";

/** Horizontal bars around a zero line, whiskers for the interval, sorted by lower bound; grey when it crosses zero. */
export function WhiskerBars({ items, unit, legend = [] }: Props) {
  const [isWhole, setIsWhole] = useState(false);
  const scale = whiskerScale(items);
  const sorted = [...items].sort((a, b) => b.low - a.low);
  const { first, hidden, last } = bothEnds(sorted, isWhole ? sorted.length : MOST);
  const row = (item: WhiskerItem) => (
    <WhiskerRow
      key={`${item.href ?? item.label} ${item.low} ${item.high}`}
      item={item}
      scale={scale}
      unit={unit}
    />
  );
  return (
    <div>
      <ul className={ROWS}>{first.map(row)}</ul>
      {hidden > 0 ? (
        <div className="py-2">
          <p className="hidden text-sm text-muted print:block">
            {formatCount(hidden)} more lie between; the table has them all.
          </p>
          <Button size="sm" onClick={() => setIsWhole(true)}>
            Show the {formatCount(hidden)} between
          </Button>
        </div>
      ) : null}
      {last.length > 0 ? <ul className={ROWS}>{last.map(row)}</ul> : null}
      {isWhole && sorted.length > MOST ? (
        <Button size="sm" className="mt-2" onClick={() => setIsWhole(false)}>
          Show only the ends
        </Button>
      ) : null}
      <p className="mt-2 text-sm text-muted">
        {unit}. The line inside each row is zero. Grey: the interval includes zero, so the sign is not known.
      </p>
      {legend.length > 0 ? (
        <ul className="mt-1 flex flex-wrap gap-x-6 gap-y-1 text-sm text-muted">
          {legend.map(({ shape, words }) => (
            <li key={shape} className="flex items-center gap-2">
              <span aria-hidden="true" className={cn(MARK, SHAPES[shape])} />
              {words}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function WhiskerRow({ item, scale, unit }: { item: WhiskerItem; scale: Scale; unit: string }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 py-2 sm:grid-cols-[minmax(96px,1fr)_minmax(0,2fr)_220px]">
      <div className="min-w-0">
        <p className="truncate" title={item.label}>
          {item.href ? (
            <Link href={item.href} className="link">
              {item.label}
            </Link>
          ) : (
            item.label
          )}
        </p>
        {item.note ? <p className="text-sm text-muted">{item.note}</p> : null}
      </div>
      <Track item={item} scale={scale} />
      <p className="num text-right text-sm whitespace-nowrap">
        <span className={cn("font-medium", !isClear(item) && "text-muted")}>{formatSigned(item.value)}</span>{" "}
        <span className="text-muted">
          ({formatSigned(item.low)} to {formatSigned(item.high)})
        </span>
        <span className="sr-only"> {unit}</span>
      </p>
    </li>
  );
}

function Track({ item, scale }: { item: WhiskerItem; scale: Scale }) {
  const zero = scale(0);
  const end = scale(item.value);
  const color = isClear(item) ? (item.value > 0 ? "bg-chart-1" : "bg-chart-4") : "bg-chart-none";
  return (
    <div
      aria-hidden="true"
      className={cn(
        "relative order-last col-span-2 sm:order-none sm:col-span-1",
        item.marks?.length ? "h-10" : "h-5",
      )}
    >
      <div className="absolute inset-y-0 w-px bg-ink" style={{ left: `${zero}%` }} />
      <div
        className={cn("absolute top-1.5 h-2", color)}
        style={{ left: `${Math.min(zero, end)}%`, width: `${Math.abs(end - zero)}%` }}
      />
      <div
        className="absolute top-2.5 h-px border-x-0 bg-ink"
        style={{ left: `${scale(item.low)}%`, width: `${scale(item.high) - scale(item.low)}%` }}
      />
      {[item.low, item.high].map((bound, index) => (
        <div
          key={index === 0 ? "low" : "high"}
          className="absolute top-1.5 h-2 w-px bg-ink"
          style={{ left: `${scale(bound)}%` }}
        />
      ))}
      {item.marks?.map((mark) => (
        <Mark key={mark.shape} mark={mark} scale={scale} />
      ))}
    </div>
  );
}

const MARK = "inline-block border border-ink bg-canvas";

/** A measure below the bar, with its own interval. */
function Mark({ mark, scale }: { mark: WhiskerMark; scale: Scale }) {
  const top = mark.shape === "diamond" ? "top-4" : "top-6.5";
  return (
    <>
      <div
        className={cn("absolute h-px translate-y-1 bg-edge", top)}
        style={{ left: `${scale(mark.low)}%`, width: `${scale(mark.high) - scale(mark.low)}%` }}
      />
      <div
        className={cn(MARK, "absolute -translate-x-1/2", top, SHAPES[mark.shape])}
        style={{ left: `${scale(mark.value)}%` }}
      />
    </>
  );
}
