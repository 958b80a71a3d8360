"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ComparisonEvent } from "@/server/comparison/schemas";
import { postForEvents } from "../chat/read-events";

export type Comparing = {
  prompt: string;
  comparisonId: string | null;
  answers: { a: string; b: string };
  state: "waiting" | "writing" | "done" | "stopped" | "failed";
  error: unknown;
};

/** Two answers to one question as they are written. */
export function useComparison(adapterId: string) {
  const [comparing, setComparing] = useState<Comparing | null>(null);
  const under = useRef<AbortController | null>(null);
  const start = useCallback(
    async (prompt: string) => {
      under.current?.abort();
      const controller = new AbortController();
      under.current = controller;
      const change = (to: (now: Comparing) => Partial<Comparing>) => {
        if (under.current === controller) setComparing((now) => (now ? { ...now, ...to(now) } : now));
      };
      setComparing({ prompt, comparisonId: null, answers: { a: "", b: "" }, state: "waiting", error: null });
      try {
        const body = { adapterId, prompt };
        await postForEvents<ComparisonEvent>("/api/comparisons", body, controller.signal, (event) => {
          if (event.type === "open") change(() => ({ comparisonId: event.comparisonId, state: "writing" }));
          if (event.type === "text") {
            const { side, text } = event;
            change(({ answers }) => ({ answers: { ...answers, [side]: answers[side] + text } }));
          }
          if (event.type === "end") change(() => ({ state: "done" }));
        });
      } catch (error) {
        change(() => (controller.signal.aborted ? { state: "stopped" } : { state: "failed", error }));
      }
    },
    [adapterId],
  );
  const stop = useCallback(() => under.current?.abort(), []);
  useEffect(() => () => under.current?.abort(), []);
  return { comparing, start, stop };
}
