import { cn } from "../ui/cn";

export type DotItem = {
  label: string;
  /** Fractions −1 to 1. */
  value: number;
  low: number;
  high: number;
  tone: "good" | "bad" | "none";
  /** What stands beside the dot in words, and below the name. */
  word: string;
  note?: string;
};
export type DotGroup = { name: string | null; items: DotItem[] };
/** A dashed line that the intervals are read against. */
export type DotMark = { at: number; label: string };

const STEP = 0.1;
const COLORS = { good: "bg-chart-3", bad: "bg-chart-4", none: "bg-chart-none" };

type Scale = (value: number) => number;
type Axis = { scale: Scale; ticks: number[] };

/** Whole tenths around everything shown; zero is always among them. About five ticks. */
export function dotAxis(values: number[]): Axis {
  const low = Math.floor(Math.min(0, ...values) / STEP - 1e-9) * STEP;
  const high = Math.ceil(Math.max(0, ...values) / STEP + 1e-9) * STEP;
  const every = Math.max(1, Math.ceil((high - low) / STEP / 6)) * STEP;
  const ticks = [0];
  for (let at = every; at <= high + 1e-9; at += every) ticks.push(at);
  for (let at = -every; at >= low - 1e-9; at -= every) ticks.unshift(at);
  return { scale: (value) => 2 + ((value - low) / (high - low || 1)) * 96, ticks };
}

/** Differences as dots with their intervals on one axis with a zero line; points of a hundred. */
export function IntervalDots({ groups, marks = [], unit }: Props) {
  const items = groups.flatMap((group) => group.items);
  const axis = dotAxis([
    ...items.flatMap(({ low, high }) => [low, high]),
    ...marks.flatMap(({ at }) => [at, at * 1.2]),
  ]);
  return (
    <div>
      {groups.map(({ name, items: own }) =>
        own.length === 0 ? null : (
          <div key={name ?? "all"} className={name ? "mt-4 first:mt-0" : undefined}>
            {name ? <p className="mb-1 text-sm font-medium">{name}</p> : null}
            <ul className="divide-y divide-line border-y border-line">
              {own.map((item) => (
                <Row key={item.label} item={item} axis={axis} marks={marks} />
              ))}
            </ul>
          </div>
        ),
      )}
      <div aria-hidden="true" className={cn(GRID, "mt-1 text-sm text-muted")}>
        <div className="num relative order-last col-span-2 h-5 sm:order-none sm:col-span-1 sm:col-start-2">
          {axis.ticks.map((tick) => (
            <span key={tick} className="absolute -translate-x-1/2" style={{ left: `${axis.scale(tick)}%` }}>
              {signed(tick)}
            </span>
          ))}
        </div>
      </div>
      <p className="mt-1 text-sm text-muted">
        {unit}. The solid line is zero
        {marks.map(({ label }) => `; the dashed line is ${label}`)}.
      </p>
    </div>
  );
}
type Props = { groups: DotGroup[]; marks?: DotMark[]; unit: string };

const GRID =
  "grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 sm:grid-cols-[minmax(96px,1fr)_minmax(0,2fr)_220px]";

function Row({ item, axis, marks }: { item: DotItem; axis: Axis; marks: DotMark[] }) {
  const { scale } = axis;
  return (
    <li className={cn(GRID, "py-2")}>
      <div className="min-w-0">
        <p className="truncate" title={item.label}>
          {item.label}
        </p>
        {item.note ? <p className="text-sm text-muted">{item.note}</p> : null}
      </div>
      <div aria-hidden="true" className="relative order-last col-span-2 h-5 sm:order-none sm:col-span-1">
        <div className="absolute inset-y-0 w-px bg-ink" style={{ left: `${scale(0)}%` }} />
        {marks.map(({ at }) => (
          <div
            key={at}
            className="absolute inset-y-0 w-0 border-l border-dashed border-ink"
            style={{ left: `${scale(at)}%` }}
          />
        ))}
        <div
          className="absolute top-2.5 h-px bg-ink"
          style={{ left: `${scale(item.low)}%`, width: `${scale(item.high) - scale(item.low)}%` }}
        />
        <div
          className={cn("absolute top-1 size-3 -translate-x-1/2 rounded-full", COLORS[item.tone])}
          style={{ left: `${scale(item.value)}%` }}
        />
      </div>
      <p className="num text-right text-sm whitespace-nowrap">
        <span className={cn("font-medium", item.tone === "none" && "text-muted")}>{signed(item.value)}</span>{" "}
        <span className="text-muted">
          ({signed(item.low)} to {signed(item.high)})
        </span>
        <span className="block text-muted">{item.word}</span>
      </p>
    </li>
  );
}

function signed(fraction: number): string {
  const points = Math.round(fraction * 100);
  return points === 0 ? "0" : `${points > 0 ? "+" : "−"}${Math.abs(points)}`;
}
