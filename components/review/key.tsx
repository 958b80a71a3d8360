import { cn } from "../ui/cn";

type KeyProps = { name: string; isShown: boolean; isOnAccent?: boolean; isInList?: boolean };

/** The key of a control; beside one not on narrow screens, which have no keyboard or no room. */
export function Key({ name, isShown, isOnAccent, isInList }: KeyProps) {
  if (!isShown) return null;
  return (
    <span
      aria-hidden="true"
      className={cn(
        "rounded-sm border px-1.5 font-mono text-xs",
        isInList ? "" : "max-sm:hidden",
        isOnAccent ? "border-current" : "border-edge text-muted",
      )}
    >
      {name}
    </span>
  );
}
