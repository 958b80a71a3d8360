import { cn } from "../ui/cn";

type KeyProps = { name: string; isShown: boolean; isOnAccent?: boolean };

/** The key of a control; not on narrow screens, which have no keyboard. */
export function Key({ name, isShown, isOnAccent }: KeyProps) {
  if (!isShown) return null;
  return (
    <span
      aria-hidden="true"
      className={cn(
        "rounded-sm border px-1.5 font-mono text-xs max-sm:hidden",
        isOnAccent ? "border-current" : "border-edge text-muted",
      )}
    >
      {name}
    </span>
  );
}
