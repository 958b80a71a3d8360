"use client";
import { useState } from "react";
import { ErrorCallout } from "../../common/error-callout";
import { cn } from "../../ui/cn";
import { Skeleton } from "../../ui/skeleton";
import type { Contribution } from "../contribution-screen";
import { RepairDialog } from "./repair-dialog";
import type { AskedRepair } from "./repairs";
import { RepairsDone } from "./repairs-done";
import { ReportLineRow } from "./report-line-row";
import { reportSentence } from "./report-lines";
import { useReportLines } from "./use-report-lines";

type HealthReportProps = {
  /** As it was last read: while it is read again the report of before stays. */
  contribution: Contribution;
  isStale: boolean;
  onReading: () => void;
};

/** What is good and what is wrong with one's own file, in the order of what matters, each with its repair. */
export function HealthReport({ contribution, isStale, onReading }: HealthReportProps) {
  const { lines, error, refetch } = useReportLines(contribution, isStale);
  const [openCodes, setOpenCodes] = useState<readonly string[]>([]);
  const [repair, setRepair] = useState<AskedRepair | null>(null);
  const setOpen = (code: string, isOpen: boolean) =>
    setOpenCodes(isOpen ? [...openCodes, code] : openCodes.filter((each) => each !== code));
  return (
    <section aria-labelledby="report">
      <h2 id="report" className="text-lg">
        Health report
      </h2>
      {lines ? (
        <p className="mt-0.5 max-w-reading text-muted">{reportSentence(lines, contribution.rows)}</p>
      ) : null}
      <ErrorCallout error={error} onRetry={refetch} className="mt-3" />
      {lines || error ? null : <ReportSkeleton />}
      <RepairsDone contribution={contribution} isStale={isStale} onReading={onReading} />
      {lines && lines.length > 0 ? (
        <ul
          aria-label="What was found"
          aria-busy={isStale}
          className={cn("mt-4 border-t border-line", isStale && "opacity-60")}
        >
          {lines.map((line) => (
            <ReportLineRow
              key={`${line.code} ${line.severity}`}
              contributionId={contribution.id}
              line={line}
              isOpen={openCodes.includes(line.code)}
              onOpen={(isOpen) => setOpen(line.code, isOpen)}
              isStale={isStale}
              onRepair={setRepair}
            />
          ))}
        </ul>
      ) : null}
      {repair ? (
        <RepairDialog
          contributionId={contribution.id}
          repair={repair}
          onClose={() => setRepair(null)}
          onStarted={onReading}
        />
      ) : null}
    </section>
  );
}

function ReportSkeleton() {
  return (
    <div role="status" aria-label="Loading the health report" className="mt-4 grid gap-3">
      {["a", "b", "c"].map((line) => (
        <Skeleton key={line} className="h-14" />
      ))}
    </div>
  );
}
