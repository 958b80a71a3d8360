"use client";
import { useEffect } from "react";
import { RUN_STATUS, shownStatus } from "@/components/datanet/words";
import type { Run } from "./run-words";

/** The tab says how far the run is, so that it can be watched from another tab. */
export function RunTitle({ run }: { run: Pick<Run, "status" | "progress"> }) {
  const title = runTitle(run);
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      if (document.title === title) document.title = before;
    };
  }, [title]);
  return null;
}

export function runTitle({ status, progress }: Pick<Run, "status" | "progress">): string {
  const share =
    progress && progress.total > 0 ? `${Math.floor((100 * progress.done) / progress.total)} % ` : "";
  return `${share}${shownStatus(RUN_STATUS, status).label} · ModelFactory`;
}
