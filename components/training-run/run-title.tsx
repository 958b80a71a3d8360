"use client";
import { useEffect, useState } from "react";
import { RUN_STATUS, shownStatus } from "@/components/datanet/words";
import type { Run } from "./run-words";

/**
 * The tab says how far the run is and that it has ended, so that it can be watched from another tab; one that had ended
 * before keeps the page's own title, which may come later than this.
 */
export function RunTitle({ run }: { run: Pick<Run, "status" | "progress" | "isFinal"> }) {
  const [isWatched] = useState(!run.isFinal);
  const title = runTitle(run);
  useEffect(() => {
    if (!isWatched) return;
    let before = document.title;
    const say = () => {
      if (document.title === title) return;
      before = document.title;
      document.title = title;
    };
    say();
    const watch = new MutationObserver(say);
    watch.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      watch.disconnect();
      if (document.title === title) document.title = before;
    };
  }, [title, isWatched]);
  return null;
}

export function runTitle({ status, progress }: Pick<Run, "status" | "progress">): string {
  const share =
    progress && progress.total > 0 ? `${Math.floor((100 * progress.done) / progress.total)} % ` : "";
  return `${share}${shownStatus(RUN_STATUS, status).label} · ModelFactory`;
}
