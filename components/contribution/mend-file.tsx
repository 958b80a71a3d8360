"use client";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { ErrorCallout } from "../common/error-callout";
import type { ShownError } from "../common/shown-error";
import { Button } from "../ui/button";

const TYPES = ".csv,.tsv,.tab,.jsonl,.ndjson,.json,.parquet,.xlsx,text/csv";

const NO_ANSWER: ShownError = {
  code: "OFFLINE",
  message: "The connection broke during the upload.",
  fix: "Check that you are online, then choose the file again.",
};

/** Throws a ShownError. */
async function send(contributionId: string, file: File): Promise<void> {
  const response = await fetch(`/api/contributions/${contributionId}/mend`, {
    method: "POST",
    body: file,
    headers: { "x-file-name": encodeURIComponent(file.name.slice(-120)) },
  }).catch(() => {
    throw NO_ANSWER;
  });
  if (response.ok) return;
  const body = (await response.json().catch(() => null)) as { error?: ShownError } | null;
  throw body?.error ?? NO_ANSWER;
}

type MendFileProps = { contributionId: string; isStale: boolean; onReading: () => Promise<void> };

/** Takes the mended bad rows back: they replace those of the contribution, which is then read anew. */
export function MendFile({ contributionId, isStale, onReading }: MendFileProps) {
  const input = useRef<HTMLInputElement>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (file: File) => send(contributionId, file),
    onSuccess: onReading,
  });
  return (
    <>
      <Button
        disabled={isStale}
        isBusy={isPending}
        busyLabel="Reading it…"
        onClick={() => input.current?.click()}
      >
        Upload the mended file
      </Button>
      <input
        ref={input}
        type="file"
        accept={TYPES}
        aria-label="File with the mended rows"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          // The same file may be chosen again after a refusal.
          event.target.value = "";
          if (file) mutate(file);
        }}
      />
      <ErrorCallout error={error} className="w-full" />
    </>
  );
}
