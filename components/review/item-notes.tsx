"use client";
import type { ReactNode } from "react";
import { REJECT_REASON_WORDS } from "@/server/review/schemas";
import { VisibleText } from "../contribution/visible-text";
import type { RouterOutputs } from "../trpc/client";
import { Button } from "../ui/button";
import { Key } from "./key";
import type { Item } from "./use-review-queue";
import type { Writing } from "./use-writing";
import { DECISION_WORDS } from "./words";

type ItemContext = RouterOutputs["review"]["itemContext"];
type ItemNotesProps = {
  item: Item;
  context: ItemContext | undefined;
  writing: Writing;
  isKeyed: boolean;
  isEscaped: boolean;
  onEscape: () => void;
};

/** What is known of the row beside its texts: what the intake flagged, what was said before, what one notes oneself. */
export function ItemNotes({ item, context, writing, isKeyed, isEscaped, onEscape }: ItemNotesProps) {
  return (
    <div className="grid gap-4">
      <div>
        <Button size="sm" variant="ghost" className="-ml-2.5" aria-pressed={isEscaped} onClick={onEscape}>
          Show hidden characters <Key name="E" isShown={isKeyed} />
        </Button>
      </div>
      <Findings item={item} />
      <Earlier item={item} />
      <Before item={item} />
      {context && context.otherAnswers.length > 0 ? (
        <Part title="Other accepted answers to this prompt">
          <ul className="grid gap-1">
            {context.otherAnswers.map((answer) => (
              <li key={answer} className="border-l-2 border-line pl-3">
                <VisibleText text={answer} />
              </li>
            ))}
          </ul>
          <p className="mt-1 text-sm text-muted">
            Several may be right: this one is a duplicate only where it says the same.
          </p>
        </Part>
      ) : null}
      {writing.spans.length > 0 ? (
        <Part title="Your notes">
          <ul className="grid gap-1">
            {writing.spans.map((span, index) => (
              <li
                key={`${span.field}-${span.start}-${span.end}-${span.note}`}
                className="flex flex-wrap items-baseline gap-2"
              >
                <span className="min-w-0 break-words">
                  “<VisibleText text={item[span.field].slice(span.start, span.end)} />
                  ”: {span.note}
                </span>
                <Button size="sm" variant="ghost" onClick={() => writing.dropSpan(index)}>
                  Remove<span className="sr-only"> the note “{span.note}”</span>
                </Button>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-1 text-sm font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Findings({ item }: { item: Item }) {
  if (item.findings.length === 0) return null;
  return (
    <Part title="Flagged when the file was read">
      <ul className="grid gap-1">
        {item.findings.map(({ code, column, message }) => (
          <li key={`${code}-${column}-${message}`} className="border-l-2 border-warn-mark pl-3">
            {message} <span className="font-mono text-xs text-muted">{code}</span>
          </li>
        ))}
      </ul>
      {item.findings.some(({ code }) => code === "HIDDEN_TEXT") ? (
        <p className="mt-1 text-sm text-muted">
          It can be accepted once you have looked at its hidden characters.
        </p>
      ) : null}
    </Part>
  );
}

/** Only who settles a disagreement gets these: two decisions side by side, without names. */
function Earlier({ item }: { item: Item }) {
  if (item.earlier.length === 0) return null;
  return (
    <Part title="Two validators disagree">
      <div className="grid gap-3 sm:grid-cols-2">
        {item.earlier.map((each, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: two decisions that never change places
            key={index}
            className="min-w-0 rounded-md border border-line p-3"
          >
            <p className="font-medium">
              {index === 0 ? "One" : "The other"}: {DECISION_WORDS[each.decision]}
            </p>
            {each.reason ? <p>{REJECT_REASON_WORDS[each.reason]}</p> : null}
            {each.note ? <p className="break-words text-muted">“{each.note}”</p> : null}
            {each.spans.map((span) => (
              <p key={`${span.field}-${span.start}-${span.note}`} className="break-words text-muted">
                “{item[span.field].slice(span.start, span.end)}”: {span.note}
              </p>
            ))}
            {each.fixed ? (
              <p className="mt-1 break-words">
                <VisibleText text={`${each.fixed.prompt}\n→ ${each.fixed.answer}`} />
              </p>
            ) : null}
          </div>
        ))}
      </div>
    </Part>
  );
}

function Before({ item }: { item: Item }) {
  const { before } = item;
  if (!before) return null;
  return (
    <Part title="Mended by its contributor">
      <p>
        It was sent back{before.reason ? `: ${REJECT_REASON_WORDS[before.reason].toLowerCase()}` : ""}.{" "}
        {before.note ? `“${before.note}”` : ""}
      </p>
      <p className="mt-1 border-l-2 border-line pl-3 text-muted">
        <VisibleText text={`${before.prompt}\n→ ${before.answer}`} />
      </p>
    </Part>
  );
}
