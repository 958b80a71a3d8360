"use client";
import { useRef, useState } from "react";
import { DropZone } from "@/components/common/drop-zone";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Textarea } from "../ui/textarea";

const TYPES =
  ".csv,.tsv,.tab,.jsonl,.ndjson,.json,.parquet,.xlsx,.gz,.zip,.md,.txt,.docx,.pdf,text/csv,text/plain,application/jsonl";

type FileDropProps = {
  onFiles: (files: { file: Blob; name: string }[]) => void;
  example: string;
  /** Rows to begin with: the box for pasting is then open. */
  start?: string;
};

const named = (files: File[]) => files.map((file) => ({ file, name: file.name }));

/** Drop files, choose some, or paste rows. */
export function FileDrop({ onFiles, example, start }: FileDropProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isPasting, setIsPasting] = useState(start !== undefined);
  if (isPasting)
    return (
      <PasteRows onFiles={onFiles} onCancel={() => setIsPasting(false)} example={example} start={start} />
    );
  return (
    <DropZone onFiles={(files) => onFiles(named(files))} className="py-10">
      <div>
        <p className="text-lg font-semibold">Drop a file here</p>
        <p className="mt-1 max-w-reading text-muted">
          CSV, TSV, JSON, Parquet or Excel with one example per row, or a Word, PDF, Markdown or text document
          with questions and answers; packed by gzip or ZIP too. What was found can be changed afterwards.
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" onClick={() => input.current?.click()}>
          Choose a file
        </Button>
        <Button onClick={() => setIsPasting(true)}>Paste rows</Button>
      </div>
      <input
        ref={input}
        type="file"
        multiple
        accept={TYPES}
        aria-label="File with examples"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const files = named([...(event.target.files ?? [])]);
          // The same file may be chosen again after a refusal.
          event.target.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </DropZone>
  );
}

function PasteRows({ onFiles, onCancel, example, start }: FileDropProps & { onCancel: () => void }) {
  const [text, setText] = useState(start ?? "");
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") onFiles([{ file: new Blob([text]), name: "Pasted rows" }]);
      }}
    >
      <Field
        label="Rows"
        hint="The first line names the columns. A copy out of a spreadsheet works as it is."
      >
        <Textarea
          rows={10}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={example}
          spellCheck={false}
          autoFocus
          className="font-mono text-sm"
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabled={text.trim() === ""}>
          Read these rows
        </Button>
        <Button variant="ghost" onClick={onCancel}>
          Choose a file instead
        </Button>
      </div>
    </form>
  );
}
