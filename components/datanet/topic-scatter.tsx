"use client";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "@/components/ui/link";
import { personName } from "../account/person";
import { formatCount } from "../common/numbers";
import { cn } from "../ui/cn";
import { marks, nearestTo, nextPlace, placeIn } from "./topic-plot";
import type { Series, TopicPoint } from "./topic-series";

const HEIGHT = 400;
const RADIUS = 3.5;
const REACH = 24;

type Placed = TopicPoint & { series: string };

/** Marks that a pointer or the arrow keys walk over; the row under them stands below in words. */
export function TopicScatter({ series }: { series: Series[] }) {
  const [width, setWidth] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const [only, setOnly] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!frame.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  const height = Math.min(HEIGHT, Math.max(260, Math.round(width * 0.6)));
  const all = useMemo(
    () =>
      placeIn<Placed>(
        series.flatMap(({ key, points }) => points.map((point) => ({ ...point, series: key }))),
        { width, height },
      ),
    [series, width, height],
  );
  const places = only ? all.filter((place) => place.series === only) : all;
  const place = chosen === null ? undefined : places[chosen];
  const look = series.find(({ key }) => key === place?.series);
  const onPointer = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const found = nearestTo(places, { x: event.clientX - box.left, y: event.clientY - box.top }, REACH);
    if (found !== null) setChosen(found);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = nextPlace(places, chosen ?? 0, chosen === null ? "Home" : event.key);
    if (!/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    if (next !== null) setChosen(next);
  };
  return (
    <div>
      <Legend
        series={series}
        only={only}
        onOnly={(key) => {
          setOnly(key);
          setChosen(null);
        }}
      />
      <div
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label="Rows on the map, by the arrow keys"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, places.length)}
        aria-valuenow={(chosen ?? 0) + 1}
        aria-valuetext={place ? `${place.prompt}, from ${nameOf(place)}` : "no row chosen"}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        className="cursor-crosshair border-y border-line"
        style={{ height }}
      >
        {width > 0 ? (
          <svg width={width} height={height} aria-hidden="true" className="block">
            {series.map(({ key, shape, color }) => (
              <path
                key={key}
                d={marks(
                  shape,
                  all.filter((each) => each.series === key),
                  RADIUS,
                )}
                fill={color}
                fillOpacity={only && only !== key ? 0.12 : 0.75}
              />
            ))}
            {place && look ? (
              <>
                <circle cx={place.x} cy={place.y} r={10} fill="none" stroke="var(--ink)" strokeWidth={1.5} />
                <path d={marks(look.shape, [place], RADIUS + 1.5)} fill={look.color} stroke="var(--canvas)" />
              </>
            ) : null}
          </svg>
        ) : null}
      </div>
      <RowWords place={place} />
    </div>
  );
}

const nameOf = (point: TopicPoint) =>
  personName({ name: point.contributorName, address: point.contributorAddress });

/** Always as high, so that nothing moves while a pointer wanders. */
function RowWords({ place }: { place: TopicPoint | undefined }) {
  return (
    <div className="mt-2 min-h-16">
      {place ? (
        <>
          <p className="line-clamp-2 max-w-reading break-words">{place.prompt}</p>
          <p className="text-sm text-muted">
            {place.category ? `${place.category}; ` : ""}
            <Link href={`/contributions/${place.contributionId}`} className="link">
              row {formatCount(place.row)}
            </Link>{" "}
            from {nameOf(place)}
          </p>
        </>
      ) : (
        <p className="text-sm text-muted">Point at a mark, or walk with the arrow keys, to read its row.</p>
      )}
    </div>
  );
}

type LegendProps = { series: Series[]; only: string | null; onOnly: (key: string | null) => void };

/** Names, forms and counts; pressing one leaves the others pale. */
function Legend({ series, only, onOnly }: LegendProps) {
  return (
    <ul aria-label="Groups" className="mb-2 flex flex-wrap gap-1">
      {series.map(({ key, name, shape, color, points }) => (
        <li key={key}>
          <button
            type="button"
            aria-pressed={only === key}
            onClick={() => onOnly(only === key ? null : key)}
            className={cn(
              "flex min-h-7 items-center gap-1.5 rounded-md border px-2 text-sm",
              only === key ? "border-ink bg-sunken" : "border-line hover:border-edge",
            )}
          >
            <svg width={12} height={12} aria-hidden="true">
              <path d={marks(shape, [{ x: 6, y: 6 }], 4)} fill={color} />
            </svg>
            {name} <span className="num text-muted">{formatCount(points.length)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
