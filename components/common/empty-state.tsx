import type { ReactNode } from "react";
import { cn } from "../ui/cn";

type EmptyStateProps = {
  title: string;
  body: ReactNode;
  action?: ReactNode;
  /** Where it is all there is of a page, its title is the page's. */
  isPage?: boolean;
  className?: string;
};

/** Says what this place is for and offers the first step. */
export function EmptyState({ title, body, action, isPage, className }: EmptyStateProps) {
  return (
    <div className={cn("border-y border-line py-10", className)}>
      {isPage ? <h1 className="text-base font-medium">{title}</h1> : <p className="font-medium">{title}</p>}
      <div className="mt-1 max-w-reading text-muted">{body}</div>
      {action ? <div className="mt-4 flex flex-wrap gap-2">{action}</div> : null}
    </div>
  );
}
