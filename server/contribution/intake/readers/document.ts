import { FileRefused, problem } from "../codes";
import { LIMITS } from "../limits";
import type { Entry } from "../parse";
import type { ReaderQuestion } from "./reader";

/** A piece of a document in reading order. `strong` is a line of its own in bold, or one that stands as a question. */
export type Block = {
  kind: "heading" | "strong" | "text";
  /** 1 is the topmost; 0 for what is no heading. */
  level: number;
  text: string;
  line: number;
  page: number | null;
};

type Passage = { prompt: string; answer: string; path: string[]; paragraph: number; block: Block };

const QUESTION =
  /^(?:q|question|frage|f|pregunta|p|domanda|vraag|pytanie|pergunta|prompt|user|human|вопрос|问|問)\s*\d{0,4}\s*[:：]\s*|^[qf]\s*\d{1,4}\s*[.)]\s+/iu;
const ANSWER =
  /^(?:a|answer|antwort|respuesta|r|réponse|reponse|risposta|antwoord|odpowiedź|resposta|completion|response|assistant|ответ|答)\s*\d{0,4}\s*[:：]\s*|^a\s*\d{1,4}\s*[.)]\s+/iu;
const ENDS_IN_QUESTION = /[?？؟]["'”’»)*_\s]*$/u;
export const DOCUMENT_COLUMNS = ["prompt", "answer", "source"];

export type DocumentTable = { questions: ReaderQuestion[]; entries: Entry[] };

/**
 * Cuts a document into prompts and answers with their place in it: lines marked Q: and A:, else headings and bold
 * lines that end in a question mark with what stands below, else (once the person agreed) every heading with its text.
 * Throws DOCUMENT_EMPTY, and DOCUMENT_HEADINGS where only the person can say.
 */
export function readDocument(
  blocks: readonly Block[],
  options: { name: string; what: string; useHeadings?: boolean },
): DocumentTable {
  const marked = markedPassages(blocks);
  const asked =
    marked.length > 0 ? marked : belowHeadings(blocks, (block) => ENDS_IN_QUESTION.test(block.text));
  if (asked.length > 0) return { questions: [], entries: toEntries(asked, options.name) };
  const headed = belowHeadings(blocks, (block) => block.kind === "heading").filter(
    ({ answer }) => answer !== "",
  );
  if (headed.length === 0) throw new FileRefused(problem("DOCUMENT_EMPTY", { what: options.what }));
  if (options.useHeadings) return { questions: [], entries: toEntries(headed, options.name) };
  throw new FileRefused(
    problem("DOCUMENT_HEADINGS", { headings: headed.length, example: headed[0]!.prompt }),
    undefined,
    [{ role: "headings", question: "Are the headings the prompts?", options: ["Use headings as prompts"] }],
  );
}

/** Headings above each block, by level. */
class HeadingPath {
  private readonly headings: Block[] = [];

  enter(block: Block) {
    if (block.kind !== "heading") return;
    while ((this.headings.at(-1)?.level ?? 0) >= block.level) this.headings.pop();
    this.headings.push(block);
  }

  get texts(): string[] {
    return this.headings.map(({ text }) => plain(text));
  }
}

function markedPassages(blocks: readonly Block[]): Passage[] {
  const found: Passage[] = [];
  const path = new HeadingPath();
  let current: Passage | null = null;
  let part: "prompt" | "answer" = "prompt";
  let hasQuestion = false;
  let hasAnswer = false;
  blocks.forEach((block, index) => {
    block.text.split("\n").forEach((line, i) => {
      const bare = line.replace(/^[\s>*_#-]+/u, "").replace(/^(\S+?\s*\d*[:：])[*_]+/u, "$1");
      const question = QUESTION.exec(bare);
      const answer = question ? null : ANSWER.exec(bare);
      if (question || answer) {
        const text = bare
          .slice((question ?? answer)![0].length)
          .replace(/^[*_]+\s*|[*_]+\s*$/gu, "")
          .trim();
        hasQuestion ||= question !== null;
        hasAnswer ||= answer !== null;
        part = question ? "prompt" : "answer";
        if (question || current === null || current.answer !== "") {
          current = { prompt: "", answer: "", path: path.texts, paragraph: index + 1, block };
          found.push(current);
        }
        current[part] = text;
      } else if (block.kind === "heading") {
        path.enter(block);
        current = null;
      } else if (current !== null) {
        const joint = current[part] === "" ? "" : i === 0 ? "\n\n" : "\n";
        current[part] += joint + line;
      }
    });
  });
  return hasQuestion && hasAnswer ? found : [];
}

/** What stands below the headings and bold lines that `isPrompt`, up to the next of them or the next heading. */
function belowHeadings(blocks: readonly Block[], isPrompt: (block: Block) => boolean): Passage[] {
  const found: Passage[] = [];
  const path = new HeadingPath();
  let current: Passage | null = null;
  blocks.forEach((block, index) => {
    const isMark = block.kind !== "text" && isPrompt(block);
    if (isMark) {
      const above = path.texts;
      path.enter(block);
      const outer = block.kind === "heading" ? path.texts.slice(0, -1) : above;
      current = { prompt: plain(block.text), answer: "", path: outer, paragraph: index + 1, block };
      found.push(current);
    } else if (block.kind === "heading") {
      path.enter(block);
      current = null;
    } else if (current !== null) {
      current.answer += (current.answer === "" ? "" : "\n\n") + block.text;
    }
  });
  return found;
}

/** Without the signs that make a heading or a bold line of it. */
const plain = (text: string) =>
  text
    .replace(/^[\s#>]+/u, "")
    .replace(/^(\*\*|__)(.*?)\1\s*$/su, "$2")
    .replace(/\s+/g, " ")
    .trim();

function toEntries(passages: readonly Passage[], name: string): Entry[] {
  return passages.map(({ prompt, answer, path, paragraph, block }, i) => {
    const page = block.page === null ? "" : `, page ${block.page}`;
    const source = `${[name, ...path].join(" › ").slice(0, 1000)}${page}, paragraph ${paragraph}`;
    const fields = Object.assign(Object.create(null) as Record<string, unknown>, { prompt, answer, source });
    const written = `${prompt}\n\n${answer}`;
    const raw = written.length > LIMITS.rawChars ? `${written.slice(0, LIMITS.rawChars)}…` : written;
    return { kind: "row", rowNumber: i + 1, line: block.line, raw, fields };
  });
}
