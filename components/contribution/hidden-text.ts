/** A piece of a text; `code` names a character that would not be seen, such as "U+202E". */
export type TextPart = { text: string; code: string | null };

/** Direction changers, zero-width characters, joiners out of place, the tag block and other format characters. */
const HIDDEN = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;
/** England, Scotland and Wales are a black flag followed by tag characters. */
const FLAG = /\u{1f3f4}[\u{e0020}-\u{e007e}]{1,16}\u{e007f}/gu;
const JOINER = /[\u200c\u200d]/;
/** Persian and Indic scripts write with joiners, and emoji are joined by them. */
const JOINABLE =
  /\ufe0f|[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Sinhala}\p{Extended_Pictographic}\p{Emoji_Modifier}]/u;

/** Cuts a text so that every character that hides or reorders text can be shown by its code point. */
export function textParts(text: string): TextPart[] {
  const flags = [...text.matchAll(FLAG)].map(
    (match) => [match.index, match.index + match[0].length] as const,
  );
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    const at = match.index;
    const isInFlag = flags.some(([start, end]) => at >= start && at < end);
    if (isInFlag || (JOINER.test(match[0]) && isJoining(text, at))) continue;
    if (at > from) parts.push({ text: text.slice(from, at), code: null });
    const point = match[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    parts.push({ text: match[0], code: `U+${point}` });
    from = at + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), code: null });
  return parts;
}

function isJoining(text: string, at: number): boolean {
  const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? "";
  const after = [...text.slice(at + 1, at + 3)][0] ?? "";
  return JOINABLE.test(before) && (JOINABLE.test(after) || /[\u2640\u2642\u2695]/.test(after));
}
