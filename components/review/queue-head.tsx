"use client";
import { Link } from "@/components/ui/link";
import { formatCount } from "../common/numbers";
import { Button } from "../ui/button";
import { Progress } from "../ui/progress";
import { Key } from "./key";
import type { ReviewQueue } from "./use-review-queue";

type QueueHeadProps = { review: ReviewQueue; isKeyed: boolean; onSearch: () => void };

/** Where it is, how far the queue is, a thin line of it, and the ways to look at it. */
export function QueueHead({ review, isKeyed, onSearch }: QueueHeadProps) {
  const { datanet, counts, isValidator } = review.queue.data!;
  const total = counts.decided + counts.waiting + counts.own + counts.second + counts.disputed;
  const isAdjudication = review.mode === "adjudication";
  return (
    <header className="mb-6">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h1 className="text-lg">
          Review{" "}
          <Link href={`/datanets/${datanet.id}`} className="link">
            {datanet.name}
          </Link>
        </h1>
        <p className="num text-sm text-muted" aria-live="polite">
          {formatCount(counts.waiting)} waiting
          {counts.claimedByOthers > 0 ? `, ${formatCount(counts.claimedByOthers)} of them with others` : ""};{" "}
          {formatCount(counts.decidedByMe)} decided by you
          {counts.second > 0 ? `; ${formatCount(counts.second)} wait for a second person` : ""}
        </p>
      </div>
      {counts.waiting > 0 ? (
        <Progress
          value={counts.decided}
          max={Math.max(1, total)}
          isLabelHidden
          label={`${formatCount(counts.decided)} of ${formatCount(total)} rows decided`}
        />
      ) : null}
      {isValidator ? (
        <div className="-ml-2.5 mt-2 flex flex-wrap items-center gap-1">
          <Button size="sm" variant="ghost" aria-keyshortcuts="/" onClick={onSearch}>
            Search <Key name="/" isShown={isKeyed} />
          </Button>
          {counts.disputed > 0 || isAdjudication ? (
            <Button
              size="sm"
              variant="ghost"
              aria-keyshortcuts="d"
              aria-pressed={isAdjudication}
              disabled={review.isBusy}
              onClick={() => review.changeMode(isAdjudication ? "triage" : "adjudication")}
            >
              Disagreements <span className="num text-muted">{formatCount(counts.disputed)}</span>{" "}
              <Key name="D" isShown={isKeyed} />
            </Button>
          ) : null}
          {counts.decidedByMe > 0 ? (
            <Link href={`/datanets/${datanet.id}#review`} className="link ml-2.5 text-sm">
              Finish and sign
            </Link>
          ) : null}
        </div>
      ) : null}
    </header>
  );
}
