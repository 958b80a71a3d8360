"use client";
import { useSyncExternalStore } from "react";

const UNITS: [string, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 minutes ago", "in 2 hours"; under a minute "just now". Differences are in milliseconds. */
export function timeAgo(at: Date, now: number): string {
  const seconds = Math.round((at.getTime() - now) / 1000);
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return distance(Math.trunc(seconds / size), unit);
  }
  return seconds > 5 ? "in a moment" : "just now";
}

function distance(count: number, unit: string): string {
  if (unit === "day" && Math.abs(count) === 1) return count < 0 ? "yesterday" : "tomorrow";
  const much = `${Math.abs(count)} ${unit}${Math.abs(count) === 1 ? "" : "s"}`;
  return count < 0 ? `${much} ago` : `in ${much}`;
}

const TICK_MS = 15_000;
const subscribe = (onChange: () => void) => {
  const timer = setInterval(onChange, TICK_MS);
  return () => clearInterval(timer);
};
/** Rounded so that two reads in one render agree. */
const readTick = () => Math.floor(Date.now() / TICK_MS) * TICK_MS;

/** Server and first paint show the date (they cannot know "now" alike); then the distance, kept fresh. Paper has the time. */
export function TimeAgo({ at }: { at: Date | string }) {
  const date = new Date(at);
  const tick = useSyncExternalStore(subscribe, readTick, () => null);
  const iso = date.toISOString();
  return (
    <time
      dateTime={iso}
      title={`${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`}
      className="whole-in-print whitespace-nowrap"
    >
      {tick === null ? iso.slice(0, 10) : timeAgo(date, Math.max(tick, date.getTime()))}
    </time>
  );
}
