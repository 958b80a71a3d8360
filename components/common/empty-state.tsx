import type { ReactNode } from "react";
import { cn } from "../ui/cn";

type EmptyStateProps = { title: string; body: ReactNode; action?: ReactNode; className?: string };

/** Says what this place is for and offers the first step. */
export function EmptyState({ title, body, action, className }: EmptyStateProps) {
  return (
    <div className={cn("border-y border-line py-10", className)}>
      <p className="font-medium">{title}</p>
      <div className="mt-1 max-w-reading text-muted">{body}</div>
      {action ? <div className="mt-4 flex flex-wrap gap-2">{action}</div> : null}
    </div>
  );
}
