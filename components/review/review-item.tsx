"use client";
import type { Goal } from "@/db/schema/datanet.constants";
import { Bubble } from "../contribution/chat-bubbles";
import { AnswerText } from "../contribution/fields-table";
import { VisibleText } from "../contribution/visible-text";
import { GOAL_WORDS } from "../datanet/words";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { EscapedText, type Mark, MarkedText } from "./marked-text";
import type { Held, Item } from "./use-review-queue";
import { useSecondsLeft } from "./use-seconds-left";
import type { SpanNote } from "./use-writing";

const WARN_SECONDS = 120;

type ReviewItemProps = {
  held: Held;
  goal: Goal;
  spans: readonly SpanNote[];
  isEscaped: boolean;
  onRenew: () => void;
};

/** One row, and nothing else: who gave it is not shown. */
export function ReviewItem({ held, goal, spans, isEscaped, onRenew }: ReviewItemProps) {
  const { item, deadline } = held;
  const seconds = useSecondsLeft(deadline);
  const marks = (field: SpanNote["field"]) => marksOf(item, spans, field);
  const shown = (field: "prompt" | "answer" | "system") =>
    isEscaped ? <EscapedText text={item[field]} /> : <MarkedText text={item[field]} marks={marks(field)} />;
  return (
    <article aria-label={`Row ${item.rowNumber} of ${item.contribution.fileName}`} className="grid gap-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm text-muted">
        <p className="min-w-0 break-words">
          Row <span className="num">{item.rowNumber}</span> of {item.contribution.fileName}
          {item.revision > 1 ? `, mended (${item.revision})` : ""}
        </p>
        <p className="num" title="After that it goes back to the queue">
          Yours for {clock(seconds)}
        </p>
      </div>
      {seconds <= WARN_SECONDS ? (
        <Callout
          tone="warn"
          title={seconds === 0 ? "This row went back to the queue" : "This row goes back to the queue soon"}
          action={
            <Button size="sm" onClick={onRenew}>
              {seconds === 0 ? "Take the next row" : "Keep it"}
            </Button>
          }
        />
      ) : null}
      <div className="grid min-h-52 content-start gap-3 text-lg">
        {item.system ? <p className="max-w-reading text-base text-muted">{shown("system")}</p> : null}
        <Bubble who={GOAL_WORDS[goal].asked}>{shown("prompt")}</Bubble>
        <Bubble who={GOAL_WORDS[goal].learned} isLearned>
          {goal === "fields" && !isEscaped ? <AnswerText goal={goal} text={item.answer} /> : shown("answer")}
        </Bubble>
      </div>
      <Facts
        category={goal === "label" && item.category === item.answer ? "" : item.category}
        source={item.source}
      />
    </article>
  );
}

function marksOf(item: Item, spans: readonly SpanNote[], field: SpanNote["field"]): Mark[] {
  const found = item.findings
    .filter(({ column }) => column === field)
    .flatMap((finding) => finding.spans.map((span) => ({ ...span, title: finding.message })));
  const noted = spans
    .filter((span) => span.field === field)
    .map(({ start, end, note }) => ({ start, end, title: note }));
  return [...found, ...noted];
}

function Facts({ category, source }: { category: string; source: string }) {
  if (!category && !source) return null;
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 text-sm">
      {category ? (
        <div>
          <dt className="text-muted">Category</dt>
          <dd>
            <VisibleText text={category} />
          </dd>
        </div>
      ) : null}
      {source ? (
        <div className="min-w-0">
          <dt className="text-muted">Source</dt>
          <dd>
            <VisibleText text={source} />
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

/** 1799 -> "29:59". */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
