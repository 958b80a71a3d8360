import { Fragment } from "react";
import { cn } from "../../ui/cn";
import { VisiblePiece } from "../visible-text";
import { type DiffPart, diffSides } from "./diff-parts";

type WordDiffProps = { before: string; after: string; names?: [before: string, after: string] };

/** Two texts side by side, one above the other on a phone; what differs is struck out on the left and underlined on the right. */
export function WordDiff({ before, after, names = ["Before", "After"] }: WordDiffProps) {
  const sides = diffSides(before, after);
  return (
    <div className="grid min-w-0 gap-x-6 gap-y-2 sm:grid-cols-2">
      <Side name={names[0]} parts={sides.before} as="del" />
      <Side name={names[1]} parts={sides.after} as="ins" />
    </div>
  );
}

function Side({ name, parts, as: Mark }: { name: string; parts: DiffPart[]; as: "del" | "ins" }) {
  return (
    <div className="min-w-0">
      <p className="text-xs text-muted">{name}</p>
      <bdi dir="auto" className="mt-0.5 block break-words whitespace-pre-wrap">
        {parts.length === 0 ? <span className="text-muted">(nothing)</span> : null}
        {parts.map((part, index) =>
          part.isChanged ? (
            <Mark
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
              key={index}
              className={cn(
                "rounded-sm",
                Mark === "ins"
                  ? "bg-good-soft underline decoration-good-mark"
                  : "bg-bad-soft line-through decoration-bad-mark",
              )}
            >
              <VisiblePiece text={part.text} />
            </Mark>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
            <Fragment key={index}>
              {part.isGap ? (
                <span className="text-muted">{part.text}</span>
              ) : (
                <VisiblePiece text={part.text} />
              )}
            </Fragment>
          ),
        )}
      </bdi>
    </div>
  );
}
