export type HiddenSpan = { start: number; end: number; what: "direction" | "tags" | "zero-width" };

/** Cheap: any sign that could be part of hidden text. */
const HINT = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u180e\u{e0000}-\u{e007f}]/u;
/** Direction overrides and isolates reorder what is read (CVE-2021-42574, "Trojan Source"). */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]+/g;
/** The flags of England, Scotland and others: a black flag, tag letters, a cancel tag. */
const FLAG = /\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f}/gu;
const TAGS = /[\u{e0000}-\u{e007f}]+/gu;
/** Ten in one text: a few join emoji and letters of many scripts, ten hide something. */
const ZERO_WIDTH = /[\u200b-\u200d\u2060-\u2064\ufeff\u00ad\u180e]/g;
const ZERO_WIDTH_LEAST = 10;

/** What a reader does not see and a model does. */
export function findHiddenText(text: string): HiddenSpan[] {
  if (!HINT.test(text)) return [];
  const spans: HiddenSpan[] = [];
  const each = (pattern: RegExp, what: HiddenSpan["what"], source: string) => {
    for (const match of source.matchAll(pattern))
      spans.push({ start: match.index, end: match.index + match[0].length, what });
  };
  each(DIRECTION, "direction", text);
  const withoutFlags = text.replace(FLAG, (flag) => " ".repeat(flag.length));
  each(TAGS, "tags", withoutFlags);
  const joined = withoutFlags.replace(
    /\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)+/gu,
    (emoji) => " ".repeat(emoji.length),
  );
  if ((joined.match(ZERO_WIDTH)?.length ?? 0) >= ZERO_WIDTH_LEAST) each(ZERO_WIDTH, "zero-width", joined);
  return spans.sort((a, b) => a.start - b.start);
}

export function stripHiddenText(text: string): string {
  let out = "";
  let at = 0;
  for (const { start, end } of findHiddenText(text)) {
    out += text.slice(at, start);
    at = Math.max(at, end);
  }
  return out + text.slice(at);
}
