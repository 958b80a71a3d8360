import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";
import { Link } from "./link";

type Variant = "primary" | "secondary" | "ghost" | "danger";
type Size = "sm" | "md";
type Look = { variant?: Variant; size?: Size };

const VARIANTS: Record<Variant, string> = {
  primary: "bg-accent text-on-accent border-accent hover:bg-accent-strong hover:border-accent-strong",
  secondary: "bg-surface text-ink border-edge hover:bg-sunken",
  ghost: "bg-transparent text-ink border-transparent hover:bg-sunken",
  danger: "bg-surface text-bad border-bad-mark hover:bg-bad-soft",
};

const SIZES: Record<Size, string> = {
  sm: "h-7 px-2.5 text-sm gap-1.5",
  md: "h-9 px-3.5 text-base gap-2",
};

export function buttonClass({ variant = "secondary", size = "md" }: Look, className?: string): string {
  return cn(
    "inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap select-none",
    "transition-colors duration-100 print:hidden disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed",
    "aria-[pressed=true]:border-accent aria-[pressed=true]:bg-info-soft",
    VARIANTS[variant],
    SIZES[size],
    className,
  );
}

type ButtonProps = ComponentProps<"button"> & Look & { isBusy?: boolean; busyLabel?: string };

/** While busy it keeps its focus, says so, and ignores clicks. */
export function Button({
  variant,
  size,
  isBusy,
  busyLabel,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass({ variant, size }, cn(isBusy && "opacity-80", className))}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
    >
      {isBusy ? (
        <>
          <Spinner />
          <span aria-live="polite">{busyLabel ?? children}</span>
        </>
      ) : (
        children
      )}
    </button>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-3.5 shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  );
}

type LinkButtonProps = ComponentProps<typeof Link> & Look & { children: ReactNode };

export function LinkButton({ variant, size, className, ...rest }: LinkButtonProps) {
  return <Link {...rest} className={buttonClass({ variant, size }, className)} />;
}
