import { diffWords } from "diff";
import type { ReactNode } from "react";
import { StatusBadge } from "@/components/common/status-badge";
import { FieldsPair } from "./fields-pair";
import type { Items } from "./side-by-side";

type Item = Items["items"][number];
type Part = { value: string; isChanged: boolean };

/** `base` is the first of the two answers, `tuned` the second; `about` stands in the place of the right answer. */
type AnswerPairProps = { item: Item; names?: [string, string]; isStyle?: boolean; about?: string };

/** One question with both answers; words that only one of them has are marked. */
export function AnswerPair({ item, names = ["Before", "After"], isStyle = false, about }: AnswerPairProps) {
  if (item.base.fields && item.tuned.fields) return <FieldsPair item={item} names={names} />;
  const parts = diffWords(item.base.text, item.tuned.text);
  const before = parts
    .filter((part) => !part.added)
    .map((part) => ({ value: part.value, isChanged: part.removed }));
  const after = parts
    .filter((part) => !part.removed)
    .map((part) => ({ value: part.value, isChanged: part.added }));
  return (
    <li className="grid gap-x-8 gap-y-2 py-3 md:grid-cols-2">
      <div className="md:col-span-2">
        <p className="max-w-reading break-words whitespace-pre-wrap">{item.prompt}</p>
        <p className="mt-0.5 text-sm text-muted">
          {about ?? `${isStyle ? "Reference" : "Right"}: ${item.expected.join(" or ")}`}
        </p>
      </div>
      <Answer name={names[0]} isRight={isStyle ? null : item.base.correct}>
        <Words parts={before} as="del" />
      </Answer>
      <Answer name={names[1]} isRight={isStyle ? null : item.tuned.correct}>
        <Words parts={after} as="ins" />
      </Answer>
    </li>
  );
}

function Answer({ name, isRight, children }: { name: string; isRight: boolean | null; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <p className="flex items-center gap-3 text-sm text-muted">
        {name}
        {isRight === null ? null : (
          <StatusBadge tone={isRight ? "good" : "bad"} label={isRight ? "right" : "wrong"} />
        )}
      </p>
      <p className="mt-0.5 break-words whitespace-pre-wrap">{children}</p>
    </div>
  );
}

/** Only parts are marked: when the whole answer differs, marks would say nothing. */
function Words({ parts, as: Mark }: { parts: Part[]; as: "del" | "ins" }) {
  if (parts.length === 0) return <span className="text-muted">(nothing)</span>;
  if (parts.every((part) => part.isChanged)) return parts.map((part) => part.value).join("");
  const tone =
    Mark === "ins"
      ? "bg-good-soft underline decoration-good-mark"
      : "bg-bad-soft line-through decoration-bad-mark";
  return parts.map((part, index) =>
    part.isChanged ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no id and keep their order
      <Mark key={index} className={tone}>
        {part.value}
      </Mark>
    ) : (
      part.value
    ),
  );
}
