"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ShownError } from "@/components/common/shown-error";

export type ImportAbout = { name: string; baseId: string; licence: string; source: string };
export type ImportState =
  | { phase: "idle" }
  | { phase: "sending"; sent: number; total: number }
  | { phase: "checking" }
  | { phase: "failed"; error: ImportError };
/** With the first one's id where the file is here already. */
type ImportError = ShownError & { adapterId?: string };

const NO_ANSWER: ShownError = {
  code: "OFFLINE",
  message: "The connection broke while the files were sent.",
  fix: "Check that you are online, then send them again. Nothing was kept of them.",
};

/** Sends the files one after the other as a raw body. XMLHttpRequest, because fetch does not tell how much was sent. */
export function useImport(onDone: (adapterId: string) => void) {
  const [state, setState] = useState<ImportState>({ phase: "idle" });
  const request = useRef<XMLHttpRequest | null>(null);
  const send = (about: ImportAbout, files: File[]) => {
    const xhr = new XMLHttpRequest();
    request.current = xhr;
    xhr.upload.onprogress = ({ loaded, total }) => setState({ phase: "sending", sent: loaded, total });
    xhr.upload.onload = () => setState({ phase: "checking" });
    xhr.onload = () => {
      const body = xhr.response as { adapterId?: string; error?: ImportError } | null;
      if (xhr.status === 201 && body?.adapterId) onDone(body.adapterId);
      else setState({ phase: "failed", error: body?.error ?? NO_ANSWER });
    };
    xhr.onerror = () => setState({ phase: "failed", error: NO_ANSWER });
    xhr.onabort = () => setState({ phase: "idle" });
    xhr.open("POST", "/api/adapters/import");
    xhr.responseType = "json";
    xhr.setRequestHeader("x-import", encodeURIComponent(JSON.stringify(about).toWellFormed()));
    const listed = files.map(({ name, size }) => ({ name: name.slice(-200).toWellFormed(), bytes: size }));
    xhr.setRequestHeader("x-files", encodeURIComponent(JSON.stringify(listed)));
    xhr.setRequestHeader("content-type", "application/octet-stream");
    setState({ phase: "sending", sent: 0, total: files.reduce((sum, { size }) => sum + size, 0) });
    xhr.send(new Blob(files));
  };

  const isBusy = state.phase === "sending" || state.phase === "checking";
  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isBusy]);
  useEffect(() => () => request.current?.abort(), []);

  const cancel = useCallback(() => request.current?.abort(), []);
  return { state, isBusy, send, cancel };
}
