import { cn } from "./cn";

type ProgressProps = {
  value: number | null;
  max?: number;
  label: string;
  isLabelHidden?: boolean;
  className?: string;
};

/** `value` null means that the amount of work is not known yet. */
export function Progress({ value, max = 100, label, isLabelHidden, className }: ProgressProps) {
  const percent = value === null ? 100 : Math.max(0, Math.min(100, (value / (max || 1)) * 100));
  return (
    <div className={className}>
      {isLabelHidden ? null : <p className="num mb-1.5 text-sm text-muted">{label}</p>}
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={value ?? undefined}
        className="h-1 w-full overflow-hidden rounded-full bg-line"
      >
        <div
          className={cn(
            "h-full bg-accent transition-[width] duration-150",
            value === null && "animate-pulse opacity-40",
          )}
          style={{ width: `${percent}%` }}
        />
      </div>
    </div>
  );
}
