"use client";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { formatCount } from "@/components/common/numbers";
import { nextItem } from "./menu-keys";

export type TabItem = { value: string; label: string; count?: number; content: ReactNode };

type TabsProps = {
  label: string;
  items: TabItem[];
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  className?: string;
};

const TAB =
  "-mb-px flex h-10 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-0.5 text-muted hover:text-ink " +
  "aria-selected:border-ink aria-selected:font-medium aria-selected:text-ink focus-visible:-outline-offset-2";
/** Tabs stand in a row: left and right are what up and down are in a menu. */
const AS_LIST_KEY: Record<string, string> = {
  ArrowRight: "ArrowDown",
  ArrowLeft: "ArrowUp",
  Home: "Home",
  End: "End",
};

/** Sideways alone: the page itself must not move when a tab is chosen by its address. */
function showIn(list: HTMLElement | null, tab: HTMLElement | null): void {
  if (!list || !tab) return;
  const left = tab.offsetLeft - list.offsetLeft;
  const isSeen = left >= list.scrollLeft && left + tab.offsetWidth <= list.scrollLeft + list.clientWidth;
  if (!isSeen) list.scrollLeft = left;
}

/** One tab stop; arrows, Home and End choose; only the chosen tab's content is there. */
export function Tabs({ label, items, value, defaultValue, onValueChange, className }: TabsProps) {
  const [own, setOwn] = useState(defaultValue ?? items[0]?.value);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const chosen = items.find((item) => item.value === (value ?? own)) ?? items[0];
  const choose = (next: string) => {
    setOwn(next);
    onValueChange?.(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const key = AS_LIST_KEY[event.key];
    if (!key || !chosen) return;
    event.preventDefault();
    const labels = items.map((item) => item.label);
    const index = nextItem(labels, items.indexOf(chosen), key);
    const next = index === null ? undefined : items[index];
    if (!next) return;
    choose(next.value);
    document.getElementById(`${id}-${next.value}-tab`)?.focus();
  };
  useEffect(
    () => showIn(list.current, document.getElementById(`${id}-${chosen?.value}-tab`)),
    [id, chosen?.value],
  );
  if (!chosen) return null;
  return (
    <div className={className}>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className="flex gap-5 overflow-x-auto overflow-y-hidden border-b border-line"
      >
        {items.map((item) => (
          <button
            key={item.value}
            type="button"
            role="tab"
            id={`${id}-${item.value}-tab`}
            aria-selected={item === chosen}
            aria-controls={item === chosen ? `${id}-panel` : undefined}
            tabIndex={item === chosen ? 0 : -1}
            onClick={() => choose(item.value)}
            className={TAB}
          >
            {item.label}
            {item.count === undefined ? null : (
              <span className="num text-sm text-muted">{formatCount(item.count)}</span>
            )}
          </button>
        ))}
      </div>
      <div
        key={chosen.value}
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${chosen.value}-tab`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel of plain text must be reachable by keyboard
        tabIndex={0}
        className="pt-5"
      >
        {chosen.content}
      </div>
    </div>
  );
}
