"use client";
import { useRef } from "react";
import { DropZone } from "@/components/common/drop-zone";
import { formatBytes } from "@/components/common/numbers";
import { Button } from "@/components/ui/button";

/** Drop or choose the adapter's two files, or one zip of them. */
export function ImportDrop({ files, onFiles }: { files: File[]; onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <DropZone onFiles={onFiles} className="py-8">
      <div>
        <p className="text-lg font-semibold">Drop the adapter's two files here</p>
        <p className="mt-1 text-muted">
          <span className="font-mono text-sm wrap-anywhere">adapter_model.safetensors</span> and{" "}
          <span className="font-mono text-sm wrap-anywhere">adapter_config.json</span>, or one .zip of them.
        </p>
      </div>
      <Button onClick={() => input.current?.click()}>Choose files</Button>
      {files.length > 0 ? (
        <ul aria-label="Chosen files">
          {files.map((file) => (
            <li key={file.name} className="break-all">
              <span className="font-mono text-sm">{file.name}</span>{" "}
              <span className="num text-muted">{formatBytes(file.size)}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <input
        ref={input}
        type="file"
        multiple
        accept=".safetensors,.json,.zip"
        aria-label="Files of the adapter"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])];
          // The same file may be chosen again after a refusal.
          event.target.value = "";
          if (chosen.length > 0) onFiles(chosen);
        }}
      />
    </DropZone>
  );
}
