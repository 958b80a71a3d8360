"use client";
import { useState } from "react";
import { formatCount } from "../common/numbers";
import { Button } from "../ui/button";
import { cn } from "../ui/cn";
import { Progress } from "../ui/progress";
import type { Contribution } from "./contribution-screen";
import { SubmitDialog } from "./submit-dialog";
import { isBeingRead } from "./use-reading";
import { rowsText, usableRows } from "./words";

type SumLineProps = {
  contribution: Contribution;
  /** As it was before it is read again; null while it is read for the first time. */
  lastRead: Contribution | null;
  isChanging: boolean;
};

/** kept + repaired + set aside = uploaded; stays on the screen while the page scrolls. */
export function SumLine({ contribution, lastRead, isChanging }: SumLineProps) {
  const [isSubmitting, setIsSubmitting] = useState(false);
  const { status, isMine } = contribution;
  if (status === "failed") return null;
  const isReading = isBeingRead(contribution);
  const usable = usableRows(contribution.rows);
  const canSubmit = isMine && status === "ready" && usable > 0;
  const before = lastRead?.status === "failed" ? null : (lastRead?.rows ?? null);
  return (
    <div className="sticky top-0 z-20 border-y border-line bg-canvas py-3">
      {before ? (
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          <Sum rows={before} isStale={isReading} />
          {canSubmit ? (
            <Button variant="primary" disabled={isChanging} onClick={() => setIsSubmitting(true)}>
              Submit {rowsText(usable)}
            </Button>
          ) : null}
        </div>
      ) : null}
      {isReading ? (
        <div className={cn(before && "mt-2")}>
          <Reading rows={contribution.rows} before={before} />
        </div>
      ) : null}
      {canSubmit ? (
        <SubmitDialog contribution={contribution} open={isSubmitting} onOpenChange={setIsSubmitting} />
      ) : null}
    </div>
  );
}

function Sum({ rows, isStale }: { rows: Contribution["rows"]; isStale: boolean }) {
  return (
    <p
      className={cn("num flex flex-wrap items-baseline gap-x-2 text-lg", isStale && "opacity-60")}
      data-testid="sum-line"
    >
      <Term value={rows.kept} word="kept" />
      <span className="text-muted">+</span>
      <Term value={rows.repaired} word="repaired" />
      <span className="text-muted">+</span>
      <Term value={rows.setAside} word="set aside" />
      <span className="text-muted">=</span>
      <Term value={rows.uploaded} word="uploaded" />
    </p>
  );
}

function Term({ value, word }: { value: number; word: string }) {
  return (
    <span className="whitespace-nowrap">
      <strong className="font-semibold">{formatCount(value)}</strong>{" "}
      <span className="text-base text-muted">{word}</span>
    </span>
  );
}

type ReadingProps = { rows: Contribution["rows"]; before: Contribution["rows"] | null };

function Reading({ rows, before }: ReadingProps) {
  const stored = usableRows(rows) + rows.setAside;
  const again = before ? "The file is read again: " : "";
  if (stored > 0) {
    const max = Math.max(rows.read, stored);
    return <Progress value={stored} max={max} label={`${again}${rowsText(stored)} checked so far`} />;
  }
  if (rows.read === 0)
    return <Progress value={null} label={before ? "The file is read again" : "Reading the file"} />;
  return (
    <Progress
      value={before ? Math.min(rows.read, before.uploaded) : null}
      max={before?.uploaded}
      label={`${again}${rowsText(rows.read)} read so far`}
    />
  );
}
