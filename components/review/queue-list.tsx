"use client";
import { useEffect, useRef, useState } from "react";
import type { RejectReason } from "@/db/schema/review.constants";
import { MANY_MOST } from "@/server/review/schemas";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { rowsText } from "../contribution/words";
import { Button } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { Key } from "./key";
import { QueueFilters } from "./queue-filters";
import { QueueRow } from "./queue-row";
import { ReasonForm } from "./reason-form";
import { type Filters, useQueueSearch } from "./use-queue-search";
import type { ReviewQueue } from "./use-review-queue";
import { useShortcuts } from "./use-shortcuts";

type QueueListProps = {
  datanetId: string;
  review: ReviewQueue;
  start: Filters;
  isKeyed: boolean;
  onOpen: (recordId: string) => void;
  onClose: () => void;
  onHelp: () => void;
};

/** The queue as a list, to find rows in and to decide on many at once. */
export function QueueList({ datanetId, review, start, isKeyed, onOpen, onClose, onHelp }: QueueListProps) {
  const search = useQueueSearch(datanetId, start);
  const { found, chosen } = search;
  const [asking, setAsking] = useState<"reject" | "send_back" | null>(null);
  const [note, setNote] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => field.current?.focus(), []);
  const rows = found.data?.rows ?? [];
  const isMine = search.filters.of === "mine";
  const canDecide = chosen.length > 0 && !isMine && !review.isBusy;

  const boxes = () => [...(list.current?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? [])];
  const move = (by: number) => {
    const all = boxes();
    const at = all.indexOf(document.activeElement as HTMLInputElement);
    all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
  };
  const focused = () => rows[boxes().indexOf(document.activeElement as HTMLInputElement)];
  const onFocused = (act: (recordId: string) => void) => () => {
    const row = focused();
    if (row) act(row.recordId);
  };
  const decide = (decision: "accept" | "reject" | "send_back", reason?: RejectReason) => {
    if (!canDecide) return;
    const recordIds = [...chosen];
    review.decideSelection({ recordIds, decision, reason, note: note.trim() || undefined }).then(
      () => {
        search.choose([]);
        setAsking(null);
        setNote("");
      },
      () => {},
    );
  };
  const ask = (decision: "reject" | "send_back") => () => canDecide && setAsking(decision);
  useShortcuts(
    isKeyed && asking === null,
    isMine
      ? {
          j: () => move(1),
          k: () => move(-1),
          "/": () => field.current?.focus(),
          Escape: onClose,
          "?": onHelp,
        }
      : {
          j: () => move(1),
          k: () => move(-1),
          x: onFocused(search.toggle),
          "shift+x": () => search.choose(rows.slice(0, MANY_MOST).map(({ recordId }) => recordId)),
          Enter: onFocused(onOpen),
          "shift+a": () => decide("accept"),
          "shift+r": ask("reject"),
          "shift+s": ask("send_back"),
          "/": () => field.current?.focus(),
          Escape: onClose,
          "?": onHelp,
        },
  );
  return (
    <section aria-label="The queue as a list" className="grid min-w-0 content-start gap-4">
      <QueueFilters
        search={search}
        field={field}
        onLeave={() => (boxes()[0] ? move(0) : field.current?.blur())}
        onClose={onClose}
      />
      <ErrorCallout error={found.error} onRetry={() => found.refetch()} />
      {found.data ? (
        <p className="num text-sm text-muted" role="status">
          {rowsText(found.data.total)}
          {chosen.length > 0 ? `, ${formatCount(chosen.length)} selected` : ""}
        </p>
      ) : null}
      {found.isPending ? <Skeleton className="h-80" /> : null}
      {found.data && rows.length === 0 ? (
        <EmptyState
          title="No row matches"
          body={isMine ? "What you decide on is found here." : "Change the words or the filters, or go back."}
          action={<Button onClick={onClose}>Back to one row</Button>}
        />
      ) : null}
      <ul ref={list} aria-label="Rows" className="border-t border-line empty:border-0">
        {rows.map((row) => (
          <QueueRow
            key={row.recordId}
            row={row}
            isChosen={chosen.includes(row.recordId)}
            isMine={isMine}
            onToggle={() => search.toggle(row.recordId)}
            onOpen={() => onOpen(row.recordId)}
          />
        ))}
      </ul>
      {search.pages > 1 ? (
        <div className="flex items-center gap-3">
          <Button size="sm" disabled={search.page === 0} onClick={() => search.turnTo(search.page - 1)}>
            Earlier
          </Button>
          <p className="num text-sm text-muted">
            Page {search.page + 1} of {formatCount(search.pages)}
          </p>
          <Button
            size="sm"
            disabled={search.page + 1 >= search.pages}
            onClick={() => search.turnTo(search.page + 1)}
          >
            Later
          </Button>
        </div>
      ) : null}
      {isMine || rows.length === 0 ? null : (
        <div className="sticky bottom-0 z-10 border-t border-line bg-canvas py-3">
          {asking ? (
            <ReasonForm
              title={
                asking === "reject"
                  ? `Why are ${rowsText(chosen.length)} rejected?`
                  : `What is to be mended in ${rowsText(chosen.length)}?`
              }
              note={note}
              onNote={setNote}
              onReason={(reason) => decide(asking, reason)}
              onCancel={() => setAsking(null)}
              isKeyed={isKeyed}
              isBusy={review.isBusy}
            />
          ) : (
            <div className="flex flex-wrap items-center gap-2">
              <Button aria-keyshortcuts="Shift+a" disabled={!canDecide} onClick={() => decide("accept")}>
                Accept the selection <Key name="⇧A" isShown={isKeyed} />
              </Button>
              <Button aria-keyshortcuts="Shift+s" disabled={!canDecide} onClick={ask("send_back")}>
                Send back <Key name="⇧S" isShown={isKeyed} />
              </Button>
              <Button aria-keyshortcuts="Shift+r" disabled={!canDecide} onClick={ask("reject")}>
                Reject <Key name="⇧R" isShown={isKeyed} />
              </Button>
            </div>
          )}
        </div>
      )}
    </section>
  );
}
