"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Draft } from "@/server/review/schemas";
import { useTRPC } from "../trpc/client";
import type { Item } from "./use-review-queue";

/** Which window under the row is open: none shows the keys. */
export type Pane = Draft["kind"] | null;
export type SpanNote = Draft["spans"][number];
export type Texts = NonNullable<Draft["texts"]>;

const SAVE_AFTER_MS = 500;

export const textsOf = (item: Item): Texts => ({
  prompt: item.prompt,
  answer: item.answer,
  system: item.system,
  category: item.category,
  source: item.source,
});

/**
 * What is being written about one row. It is kept on the server as it is typed and comes back with the row, with the
 * window that it stood in. Give the component that uses it the row's id as its key.
 */
export function useWriting(item: Item) {
  const trpc = useTRPC();
  const kept = item.draft;
  const [pane, setPane] = useState<Pane>(kept?.kind ?? null);
  const [note, setNote] = useState(kept?.note ?? "");
  const [spans, setSpans] = useState<SpanNote[]>(kept?.spans ?? []);
  const [texts, setTexts] = useState<Texts>(() => ({ ...textsOf(item), ...kept?.texts }));
  const save = useMutation(trpc.review.saveDraft.mutationOptions({ retry: false }));

  const isTouched =
    note !== "" || spans.length > 0 || JSON.stringify(texts) !== JSON.stringify(textsOf(item));
  const draft: Draft | null = isTouched ? { kind: pane ?? "note", note, spans, texts } : null;
  const wanted = JSON.stringify(draft);
  const stored = useRef(JSON.stringify(kept));
  const { mutate } = save;
  const { recordId } = item;
  useEffect(() => {
    if (wanted === stored.current) return;
    const timer = setTimeout(() => {
      stored.current = wanted;
      mutate({ recordId, draft: JSON.parse(wanted) });
    }, SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [wanted, recordId, mutate]);

  return {
    pane,
    open: setPane,
    close: () => setPane(null),
    note,
    setNote,
    spans,
    addSpan: (span: SpanNote) => setSpans((all) => [...all, span]),
    dropSpan: (index: number) => setSpans((all) => all.filter((_, i) => i !== index)),
    texts,
    setText: (field: keyof Texts, text: string) => setTexts((all) => ({ ...all, [field]: text })),
    isChanged: JSON.stringify(texts) !== JSON.stringify(textsOf(item)),
    isKept: isTouched && wanted === stored.current && save.isSuccess,
  };
}

export type Writing = ReturnType<typeof useWriting>;
