import type { Block } from "./document";

const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const STRONG = /^\s*(\*\*|__)(?!\s).+\1\s*$/;
const FENCE = /^\s*(```|~~~)/;

/** Markdown to blocks: headings of both kinds, bold lines, paragraphs; code between fences stays whole. */
export function markdownBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; lines: string[] } | null = null;
  let fence: string | null = null;
  const close = () => {
    if (open !== null) blocks.push(block("text", 0, open.lines.join("\n"), open.line));
    open = null;
  };
  splitLines(text).forEach((line, i) => {
    const sign = FENCE.exec(line)?.[1] ?? null;
    const heading = fence === null ? HEADING.exec(line) : null;
    if (fence === null && heading) {
      close();
      if (heading[2] !== "") blocks.push(block("heading", heading[1]!.length, heading[2]!, i + 1));
    } else if (fence === null && /^(=+|-{2,})\s*$/.test(line) && open?.lines.length === 1) {
      blocks.push(block("heading", line.startsWith("=") ? 1 : 2, open.lines[0]!.trim(), open.line));
      open = null;
    } else if (fence === null && line.trim() === "") {
      close();
    } else if (fence === null && STRONG.test(line)) {
      close();
      blocks.push(block("strong", 0, line.trim(), i + 1));
    } else {
      open ??= { line: i + 1, lines: [] };
      open.lines.push(line.trimEnd());
    }
    if (sign !== null) fence = fence === null ? sign : sign === fence ? null : fence;
  });
  close();
  return blocks;
}

/** Plain text to paragraphs; one that is a single line with a question mark at its end stands as a question. */
export function plainBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; lines: string[] } | null = null;
  const close = () => {
    if (open === null) return;
    const isQuestion = open.lines.length === 1 && isShortQuestion(open.lines[0]!);
    blocks.push(block(isQuestion ? "strong" : "text", 0, open.lines.join("\n"), open.line));
    open = null;
  };
  splitLines(text).forEach((line, i) => {
    if (line.trim() === "") {
      close();
      return;
    }
    open ??= { line: i + 1, lines: [] };
    open.lines.push(line.trimEnd());
  });
  close();
  return blocks;
}

export const isShortQuestion = (line: string) => line.length <= 300 && /[?？؟]\s*$/u.test(line);

const splitLines = (text: string) => text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
const block = (kind: Block["kind"], level: number, text: string, line: number): Block => ({
  kind,
  level,
  text,
  line,
  page: null,
});
