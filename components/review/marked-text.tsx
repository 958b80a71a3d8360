import { textParts } from "../contribution/hidden-text";
import { VisibleText } from "../contribution/visible-text";

export type Mark = { start: number; end: number; title: string };

/** A text with parts of it marked, each by what is said of it; marks that overlap are cut where they meet. */
export function MarkedText({ text, marks }: { text: string; marks: readonly Mark[] }) {
  if (marks.length === 0) return <VisibleText text={text} />;
  const edges = [...new Set([0, text.length, ...marks.flatMap(({ start, end }) => [start, end])])]
    .filter((at) => at >= 0 && at <= text.length)
    .sort((a, b) => a - b);
  return edges.slice(0, -1).map((from, i) => {
    const to = edges[i + 1]!;
    const said = marks.filter(({ start, end }) => start < to && end > from).map(({ title }) => title);
    const part = <VisibleText text={text.slice(from, to)} />;
    if (said.length === 0) return <span key={from}>{part}</span>;
    return (
      <mark
        key={from}
        title={said.join("; ")}
        className="rounded-sm bg-warn-soft text-ink underline decoration-warn-mark decoration-2"
      >
        {part}
      </mark>
    );
  });
}

/** The same text letter for letter: what is not seen, and what only looks like something else, is written out. */
export function EscapedText({ text }: { text: string }) {
  return (
    <span className="block font-mono text-sm break-all whitespace-pre-wrap">
      {textParts(text).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
        <span key={index} className={part.code ? "bg-warn-soft font-semibold" : undefined}>
          {[...part.text].map((letter) => escapeLetter(letter, part.code !== null)).join("")}
        </span>
      ))}
    </span>
  );
}

/** Letters of ASCII as they are, tabs and line ends by their names, all else as \u{…}. */
function escapeLetter(letter: string, isHidden: boolean): string {
  if (letter === "\n") return "\\n\n";
  if (letter === "\t") return "\\t";
  if (!isHidden && letter >= " " && letter <= "~") return letter;
  return `\\u{${letter.codePointAt(0)!.toString(16)}}`;
}
