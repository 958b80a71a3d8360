import type { ReactNode } from "react";

type ComputedNoteProps = { summary?: string; className?: string; children: ReactNode };

/** The exact terms behind plain words, for who wants to compute it again. */
export function ComputedNote({ summary = "How this was computed", className, children }: ComputedNoteProps) {
  return (
    <details className={className}>
      <summary className="w-fit text-sm text-muted">{summary}</summary>
      <div className="mt-1 max-w-reading text-sm text-muted">{children}</div>
    </details>
  );
}
