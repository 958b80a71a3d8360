"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ShownError } from "../common/shown-error";

export type UploadError = ShownError & { contributionId?: string };
export type UploadState =
  | { phase: "idle" }
  | { phase: "sending"; name: string; sent: number; total: number; secondsLeft: number | null }
  | { phase: "failed"; name: string; error: UploadError };

const NO_ANSWER: UploadError = {
  code: "OFFLINE",
  message: "The connection broke during the upload.",
  fix: "Check that you are online, then choose the file again. Nothing was kept of it.",
};
/** A header may not be longer; the server shows 120 characters of it. */
const NAME_CHARS = 300;

/** Sends one file as a raw body. XMLHttpRequest, because fetch does not tell how much has been sent. */
export function useUpload(
  datanetId: string,
  onDone: (contributionId: string) => void,
  taskId: string | null = null,
) {
  const [state, setState] = useState<UploadState>({ phase: "idle" });
  const request = useRef<XMLHttpRequest | null>(null);

  const send = useCallback(
    (file: Blob, name: string) => {
      const startedAt = Date.now();
      const xhr = new XMLHttpRequest();
      request.current = xhr;
      const fail = (error: UploadError) => setState({ phase: "failed", name, error });
      xhr.upload.onprogress = ({ loaded, total }) => {
        const seconds = (Date.now() - startedAt) / 1000;
        const secondsLeft = seconds < 1 ? null : ((total - loaded) / loaded) * seconds;
        setState({ phase: "sending", name, sent: loaded, total, secondsLeft });
      };
      xhr.onload = () => {
        const body = xhr.response as { contributionId?: string; error?: UploadError } | null;
        if (xhr.status === 201 && body?.contributionId) onDone(body.contributionId);
        else fail(body?.error ?? NO_ANSWER);
      };
      xhr.onerror = () => fail(NO_ANSWER);
      xhr.onabort = () => setState({ phase: "idle" });
      xhr.open("POST", "/api/uploads");
      xhr.responseType = "json";
      xhr.setRequestHeader("x-datanet-id", datanetId);
      if (taskId) xhr.setRequestHeader("x-task-id", taskId);
      xhr.setRequestHeader("x-file-name", encodeURIComponent(name.slice(-NAME_CHARS).toWellFormed()));
      xhr.setRequestHeader("content-type", "application/octet-stream");
      setState({ phase: "sending", name, sent: 0, total: file.size, secondsLeft: null });
      xhr.send(file);
    },
    [datanetId, onDone, taskId],
  );

  const isSending = state.phase === "sending";
  useEffect(() => {
    if (!isSending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isSending]);
  useEffect(() => () => request.current?.abort(), []);

  const cancel = useCallback(() => request.current?.abort(), []);
  return { state, send, cancel };
}
