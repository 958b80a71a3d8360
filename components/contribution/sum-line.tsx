"use client";
import { useState } from "react";
import { formatCount } from "../common/numbers";
import { Button } from "../ui/button";
import { Progress } from "../ui/progress";
import type { Contribution } from "./contribution-screen";
import { SubmitDialog } from "./submit-dialog";
import { rowsText } from "./words";

type SumLineProps = { contribution: Contribution; isChanging: boolean };

/** kept + set aside = uploaded; stays on the screen while the page scrolls. */
export function SumLine({ contribution, isChanging }: SumLineProps) {
  const [isSubmitting, setIsSubmitting] = useState(false);
  const { status, rows, isMine } = contribution;
  if (status === "failed") return null;
  const isReading = status === "parsing" || status === "uploaded";
  const canSubmit = isMine && status === "ready" && rows.kept > 0;
  return (
    <div className="sticky top-0 z-20 border-y border-line bg-canvas py-3">
      {isReading ? (
        <Reading rows={rows} />
      ) : (
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          <Sum rows={rows} />
          {canSubmit ? (
            <Button variant="primary" disabled={isChanging} onClick={() => setIsSubmitting(true)}>
              Submit {rowsText(rows.kept)}
            </Button>
          ) : null}
        </div>
      )}
      {canSubmit ? (
        <SubmitDialog contribution={contribution} open={isSubmitting} onOpenChange={setIsSubmitting} />
      ) : null}
    </div>
  );
}

function Sum({ rows }: { rows: Contribution["rows"] }) {
  return (
    <p className="num flex flex-wrap items-baseline gap-x-2 text-lg" data-testid="sum-line">
      <Term value={rows.kept} word="kept" />
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

function Reading({ rows }: { rows: Contribution["rows"] }) {
  const stored = rows.kept + rows.setAside;
  if (stored > 0) {
    const max = Math.max(rows.read, stored);
    return <Progress value={stored} max={max} label={`${rowsText(stored)} checked so far`} />;
  }
  const label = rows.read > 0 ? `${rowsText(rows.read)} read so far` : "Reading the file";
  return <Progress value={null} label={label} />;
}
