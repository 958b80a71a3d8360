import { cn } from "./cn";

/** Give it the size of what will stand there, so that nothing moves when it arrives. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden="true"
      data-placeholder=""
      className={cn("h-4 w-full animate-pulse rounded-sm bg-sunken", className)}
    />
  );
}
