import { cn } from "./cn";

/** Give it the size of what will stand there, so that nothing moves when it arrives. */
export function Skeleton({ className, isStill }: { className?: string; isStill?: boolean }) {
  return (
    <div
      aria-hidden="true"
      data-placeholder=""
      className={cn("h-4 w-full rounded-sm bg-sunken", !isStill && "animate-pulse", className)}
    />
  );
}
