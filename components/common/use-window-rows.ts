"use client";
import { type RefObject, useEffect, useRef, useState } from "react";

export const ROW_HEIGHT_PX = 36;
const OVERSCAN = 12;

export type WindowRows = { ref: RefObject<HTMLElement | null>; start: number; end: number };

/** Which of `count` rows of 36 px stand in the scrolled box; the caller draws only those. */
export function useWindowRows(count: number, isEnabled: boolean): WindowRows {
  const ref = useRef<HTMLElement>(null);
  const [view, setView] = useState({ top: 0, height: 720 });
  useEffect(() => {
    const box = ref.current;
    if (!isEnabled || !box) return;
    const read = () => setView({ top: box.scrollTop, height: box.clientHeight });
    read();
    box.addEventListener("scroll", read, { passive: true });
    const observer = new ResizeObserver(read);
    observer.observe(box);
    return () => {
      box.removeEventListener("scroll", read);
      observer.disconnect();
    };
  }, [isEnabled]);
  if (!isEnabled) return { ref, start: 0, end: count };
  const first = Math.floor(view.top / ROW_HEIGHT_PX) - OVERSCAN;
  const last = Math.ceil((view.top + view.height) / ROW_HEIGHT_PX) + OVERSCAN;
  const start = Math.max(0, Math.min(first, count - 1));
  return { ref, start, end: Math.min(count, Math.max(last, start + 1)) };
}
