import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

type TableProps = { caption: string; isCaptionShown?: boolean; className?: string; children: ReactNode };

/** A plain table with 36 px rows that scrolls sideways on its own; `caption` is its spoken name. */
export function Table({ caption, isCaptionShown, className, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section aria-label={caption} tabIndex={0} className="w-full overflow-x-auto print:overflow-visible">
      <table className={cn("w-full border-collapse text-left", className)}>
        <caption className={isCaptionShown ? "pb-2 text-left text-sm text-muted" : "sr-only"}>
          {caption}
        </caption>
        {children}
      </table>
    </section>
  );
}

type CellProps = { isNumeric?: boolean };

export function Th({ isNumeric, className, ...rest }: ComponentProps<"th"> & CellProps) {
  return (
    <th
      scope="col"
      {...rest}
      className={cn(
        "h-9 border-b border-line px-3 text-sm font-medium whitespace-nowrap text-muted first:pl-0 last:pr-0",
        isNumeric && "text-right",
        className,
      )}
    />
  );
}

export function Td({ isNumeric, className, ...rest }: ComponentProps<"td"> & CellProps) {
  return (
    <td
      {...rest}
      className={cn(
        "h-9 border-b border-line px-3 first:pl-0 last:pr-0",
        isNumeric && "num text-right",
        className,
      )}
    />
  );
}
