import { cn } from "../ui/cn";

export type StatusTone = "neutral" | "info" | "good" | "warn" | "bad";

const MARKS: Record<StatusTone, { color: string; path: string }> = {
  neutral: { color: "text-neutral-mark", path: "M6 2.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z" },
  info: { color: "text-info-mark", path: "M6 2a4 4 0 0 1 0 8Zm0 0a4 4 0 1 0 0 8" },
  good: { color: "text-good-mark", path: "m2 6.5 2.6 2.6L10 3.4" },
  warn: { color: "text-warn-mark", path: "M6 1.8 11 10.2H1Z" },
  bad: { color: "text-bad-mark", path: "m2.8 2.8 6.4 6.4m0-6.4-6.4 6.4" },
};

/** A shape, a colour and a word: each alone is enough. */
export function StatusBadge({
  tone,
  label,
  className,
}: {
  tone: StatusTone;
  label: string;
  className?: string;
}) {
  const { color, path } = MARKS[tone];
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <svg viewBox="0 0 12 12" aria-hidden="true" className={cn("size-3 shrink-0", color)}>
        <path
          d={path}
          fill={tone === "info" || tone === "warn" ? "currentColor" : "none"}
          stroke="currentColor"
          strokeWidth="1.8"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {label}
    </span>
  );
}
