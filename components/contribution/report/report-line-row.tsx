"use client";
import { ChevronRight } from "lucide-react";
import { useId } from "react";
import type { Severity } from "@/db/schema/contribution.constants";
import { StatusBadge, type StatusTone } from "../../common/status-badge";
import { Button } from "../../ui/button";
import { cn } from "../../ui/cn";
import { FindingRows } from "./finding-rows";
import type { AskedRepair } from "./repairs";
import type { ReportLine } from "./report-lines";

const SEVERITY: Record<Severity, { tone: StatusTone; label: string }> = {
  set_aside: { tone: "bad", label: "Set aside" },
  warning: { tone: "warn", label: "Look at it" },
  note: { tone: "neutral", label: "Note" },
};

type ReportLineRowProps = {
  contributionId: string;
  line: ReportLine;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  isStale: boolean;
  onRepair: (repair: AskedRepair) => void;
};

/** One kind of finding in a line that opens into its rows. */
export function ReportLineRow({
  contributionId,
  line,
  isOpen,
  onOpen,
  isStale,
  onRepair,
}: ReportLineRowProps) {
  const id = useId();
  const { title, why, fix, leaveOut, severity } = line;
  return (
    <li className="border-b border-line py-3">
      <div className="grid items-start gap-x-4 gap-y-2 sm:grid-cols-[96px_minmax(0,1fr)_auto]">
        <StatusBadge {...SEVERITY[severity]} className="pt-0.5 text-sm" />
        <div className="min-w-0">
          <h3 className="font-medium">
            <button
              type="button"
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => onOpen(!isOpen)}
              className="inline-flex min-h-6 items-start gap-1 rounded-sm text-left hover:text-link"
            >
              <ChevronRight
                aria-hidden="true"
                className={cn(
                  "mt-0.5 -ml-1 size-4 shrink-0 transition-transform duration-100",
                  isOpen && "rotate-90",
                )}
              />
              {title}
            </button>
          </h3>
          <p className="max-w-reading text-sm text-muted">{why}</p>
        </div>
        {fix || leaveOut ? (
          <div className="flex flex-wrap gap-2 sm:justify-end">
            {fix ? (
              <Button
                size="sm"
                disabled={isStale}
                onClick={() => onRepair({ line, action: "fix", rows: null })}
              >
                {fix}
              </Button>
            ) : null}
            {leaveOut ? (
              <Button
                size="sm"
                variant={fix ? "ghost" : "secondary"}
                disabled={isStale}
                onClick={() => onRepair({ line, action: "leave_out", rows: null })}
              >
                {leaveOut}
              </Button>
            ) : null}
          </div>
        ) : null}
      </div>
      <div id={id} className={cn(isOpen && "mt-3 sm:pl-28")}>
        {isOpen ? (
          <FindingRows contributionId={contributionId} line={line} isStale={isStale} onRepair={onRepair} />
        ) : null}
      </div>
    </li>
  );
}
