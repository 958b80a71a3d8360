"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { AnswerEvent } from "@/server/chat/schemas";
import { postForEvents } from "./read-events";

type End = Extract<AnswerEvent, { type: "end" }>;

export type Turn = {
  id: number;
  question: string;
  answer: string;
  state: "waiting" | "writing" | "done" | "stopped" | "failed";
  end: End | null;
  error: unknown;
};

/** A talk with one adapter, kept in the page alone. One answer at a time. */
export function useTalk(adapterId: string) {
  const [turns, setTurns] = useState<Turn[]>([]);
  const under = useRef<AbortController | null>(null);
  const next = useRef(1);

  const send = useCallback(
    async (question: string, earlier: readonly Turn[]) => {
      const controller = new AbortController();
      under.current = controller;
      const id = next.current++;
      const change = (to: (turn: Turn) => Partial<Turn>) =>
        setTurns((all) => all.map((turn) => (turn.id === id ? { ...turn, ...to(turn) } : turn)));
      setTurns((all) => [...all, { id, question, answer: "", state: "waiting", end: null, error: null }]);
      const url = `/api/adapters/${adapterId}/chat`;
      const body = { messages: [...earlier.flatMap(asMessages), { role: "user", content: question }] };
      try {
        await postForEvents<AnswerEvent>(url, body, controller.signal, (event) => {
          if (event.type === "start") change(() => ({ state: "writing" }));
          if (event.type === "text") change(({ answer }) => ({ answer: answer + event.text }));
          if (event.type === "end") change(() => ({ state: "done", end: event }));
        });
      } catch (error) {
        change(() => (controller.signal.aborted ? { state: "stopped" } : { state: "failed", error }));
      } finally {
        if (under.current === controller) under.current = null;
      }
    },
    [adapterId],
  );
  const stop = useCallback(() => under.current?.abort(), []);
  const clear = useCallback(() => setTurns([]), []);
  useEffect(() => () => under.current?.abort(), []);
  return { turns, send, stop, clear };
}

const asMessages = ({ question, answer, state }: Turn) =>
  state === "failed" || answer === ""
    ? []
    : [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ];
