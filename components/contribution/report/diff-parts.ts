import { diffWordsWithSpace } from "diff";

/** A piece of a text before or after a change. `isGap`: some of the unchanged text is not shown. */
export type DiffPart = { text: string; isChanged: boolean; isGap?: boolean };
export type DiffSides = { before: DiffPart[]; after: DiffPart[] };

/** Unchanged text longer than this is shortened to its ends: a person looks for what changes. */
const LONGEST_SAME = 240;
const ENDS = 80;
/** Beyond so many changed words two texts are simply different. */
const MOST_EDITS = 2_000;

/** What changes between two texts, word by word and with the space between; long stretches that stay are shortened. */
export function diffSides(before: string, after: string): DiffSides {
  const parts = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  if (!parts)
    return {
      before: [{ text: before, isChanged: true }],
      after: [{ text: after, isChanged: true }],
    };
  return {
    before: parts.filter((part) => !part.added).flatMap((part) => piece(part.value, part.removed)),
    after: parts.filter((part) => !part.removed).flatMap((part) => piece(part.value, part.added)),
  };
}

function piece(text: string, isChanged: boolean): DiffPart[] {
  if (isChanged || text.length <= LONGEST_SAME) return [{ text, isChanged }];
  return [
    { text: text.slice(0, ENDS).toWellFormed(), isChanged: false },
    { text: " … ", isChanged: false, isGap: true },
    { text: text.slice(-ENDS).toWellFormed(), isChanged: false },
  ];
}
