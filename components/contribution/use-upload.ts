"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { type Sending, sendFile, type UploadError } from "./send-file";
import { type Speed, startSpeed } from "./speed";

export type UploadItem = { key: number; name: string; total: number; sent: number } & (
  | { phase: "waiting" }
  | { phase: "sending"; isCut: boolean; speed: Speed | null }
  | { phase: "done"; contributionId: string }
  | { phase: "failed"; error: UploadError }
);

type Queued = { key: number; file: Blob; name: string };
const isOpen = ({ phase }: UploadItem) => phase === "waiting" || phase === "sending";

/**
 * Files on their way, sent one after another.
 * @param onOne called with the contribution when a single file was sent; several stay, each with its outcome
 * @param onEach called after each file that arrived
 */
export function useUpload(
  of: { datanetId: string; taskId: string | null },
  onOne: (contributionId: string) => void,
  onEach: () => void,
) {
  const { datanetId, taskId } = of;
  const [items, setItems] = useState<UploadItem[]>([]);
  const queue = useRef<Queued[]>([]);
  const current = useRef<{ key: number; sending: Sending } | null>(null);
  const batch = useRef(0);
  const lastKey = useRef(0);

  const change = useCallback((key: number, to: (item: UploadItem) => UploadItem) => {
    setItems((all) => all.map((item) => (item.key === key ? to(item) : item)));
  }, []);

  const next = useCallback(() => {
    const [first, ...rest] = queue.current;
    if (current.current || !first) return;
    queue.current = rest;
    const { key, file, name } = first;
    const measure = startSpeed();
    const show = (sent: number | null, isCut: boolean) =>
      change(key, (item) => {
        const bytes = sent ?? item.sent;
        const speed = isCut ? null : measure(bytes, item.total);
        return { key, name, total: item.total, sent: bytes, phase: "sending", isCut, speed };
      });
    const end = () => {
      current.current = null;
      next();
    };
    const sending = sendFile(
      { file, name, datanetId, taskId },
      {
        onProgress: (sent) => show(sent, false),
        onWaiting: () => {
          measure.forget();
          show(null, true);
        },
        onDone: (contributionId) => {
          change(key, ({ total }) => ({ key, name, total, sent: total, phase: "done", contributionId }));
          end();
          onEach();
          if (batch.current === 1) onOne(contributionId);
        },
        onFailed: (error) => {
          change(key, ({ total, sent }) => ({ key, name, total, sent, phase: "failed", error }));
          end();
        },
      },
    );
    current.current = { key, sending };
    show(0, false);
  }, [change, datanetId, taskId, onOne, onEach]);

  const send = useCallback(
    (files: { file: Blob; name: string }[]) => {
      const queued = files.map((each) => {
        lastKey.current += 1;
        return { ...each, key: lastKey.current };
      });
      // The outcomes of the files before go when new ones come; what is still on its way stays.
      const isIdle = current.current === null;
      batch.current = (isIdle ? 0 : batch.current) + queued.length;
      queue.current = [...queue.current, ...queued];
      const added = queued.map(({ key, name, file }) => ({
        key,
        name,
        total: file.size,
        sent: 0,
        phase: "waiting" as const,
      }));
      setItems((all) => [...(isIdle ? [] : all), ...added]);
      next();
    },
    [next],
  );

  const cancel = useCallback(
    (key: number) => {
      queue.current = queue.current.filter((each) => each.key !== key);
      setItems((all) => all.filter((item) => item.key !== key));
      if (current.current?.key !== key) return;
      current.current.sending.cancel();
      current.current = null;
      next();
    },
    [next],
  );

  const isSending = items.some(isOpen);
  useEffect(() => {
    if (!isSending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isSending]);
  useEffect(() => () => current.current?.sending.leave(), []);

  return { items, isSending, send, cancel };
}
