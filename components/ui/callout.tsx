import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

export type CalloutTone = "info" | "warn" | "error" | "success";

const TONES = {
  info: { icon: Info, box: "border-info-mark bg-info-soft", mark: "text-info-mark", word: "Note" },
  warn: {
    icon: TriangleAlert,
    box: "border-warn-mark bg-warn-soft",
    mark: "text-warn-mark",
    word: "Careful",
  },
  error: { icon: CircleAlert, box: "border-bad-mark bg-bad-soft", mark: "text-bad-mark", word: "Problem" },
  success: { icon: CircleCheck, box: "border-good-mark bg-good-soft", mark: "text-good-mark", word: "Done" },
};

type CalloutProps = {
  tone?: CalloutTone;
  title?: ReactNode;
  className?: string;
  action?: ReactNode;
  children?: ReactNode;
};

/** An error is announced at once, the rest politely. */
export function Callout({ tone = "info", title, className, action, children }: CalloutProps) {
  const { icon: Icon, box, mark, word } = TONES[tone];
  return (
    <div
      role={tone === "error" ? "alert" : "status"}
      className={cn("flex gap-3 rounded-r-md border-l-2 px-3.5 py-3 text-ink", box, className)}
    >
      <Icon aria-label={word} role="img" className={cn("mt-0.5 size-4 shrink-0", mark)} />
      <div className="min-w-0 flex-1 break-words">
        {title ? <p className="font-medium">{title}</p> : null}
        {children ? <div className={cn(title && "mt-0.5")}>{children}</div> : null}
        {action ? <div className="mt-2.5 flex flex-wrap gap-2">{action}</div> : null}
      </div>
    </div>
  );
}
