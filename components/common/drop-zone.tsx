"use client";
import { type DragEvent, type ReactNode, useState } from "react";
import { cn } from "../ui/cn";

type DropZoneProps = { onFiles: (files: File[]) => void; className?: string; children: ReactNode };

/** A dashed field that takes dropped files, one or more at a time; its children hold the button that does the same. */
export function DropZone({ onFiles, className, children }: DropZoneProps) {
  const [isOver, setIsOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    if (event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the button does the same
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
      className={cn(
        "flex flex-col items-start gap-4 rounded-lg border border-dashed border-edge px-6",
        className,
        isOver && "border-accent bg-info-soft",
      )}
    >
      {children}
    </div>
  );
}
