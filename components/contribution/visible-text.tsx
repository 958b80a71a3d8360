import { Fragment } from "react";
import { textParts } from "./hidden-text";

/**
 * A row's text as it is, in its own direction, with every character that hides or reorders text shown by its
 * code point: what a person approves is what the model learns.
 */
export function VisibleText({ text }: { text: string }) {
  return (
    <bdi dir="auto" className="break-words whitespace-pre-wrap">
      <VisiblePiece text={text} />
    </bdi>
  );
}

/** A piece of such a text: the element around all its pieces gives the direction. */
export function VisiblePiece({ text }: { text: string }) {
  return textParts(text).map((part, index) =>
    part.code === null ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
      <Fragment key={index}>{part.text}</Fragment>
    ) : (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
        key={index}
        title="A character that is not seen"
        className="mx-0.5 rounded-sm border border-warn-mark bg-warn-soft px-1 font-mono text-xs text-ink"
      >
        {part.code}
      </span>
    ),
  );
}
