"use client";
import { useRef } from "react";
import { Button } from "../ui/button";

const TYPES = ".csv,.tsv,.tab,.jsonl,.ndjson,.json,.parquet,.xlsx,text/csv";

type Props = { isBusy: boolean; disabled?: boolean; onFile: (file: File) => void };

/** Chooses the file whose rows take the place of others. */
export function MendedFileButton({ isBusy, disabled, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        disabled={disabled}
        isBusy={isBusy}
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
          if (file) onFile(file);
        }}
      />
    </>
  );
}
