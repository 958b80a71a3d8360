import { FileRefused, problem } from "../codes";
import { LIMITS } from "../limits";
import { type Entry, jsonEntry } from "../parse";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const LF = 0x0a;
const BOM = 0xfeff;

/** What may stand in a text without ending it, escaping or beginning a line. */
const PLAIN = /[^"\\\n]*/y;

const isSpace = (code: number) => code === 0x20 || code === LF || code === 0x09 || code === 0x0d;
const isOpening = (code: number) => code === 0x7b || code === 0x5b;
const isClosing = (code: number) => code === 0x7d || code === 0x5d;
const shape = (reason: string) => new FileRefused(problem("JSON_SHAPE", { reason }));

/**
 * Where the reader stands. outside: beside a list, in the wrapping object or before anything; bracket: behind a [ of
 * the wrapping object, which opens the list only if an object follows; list: between elements; element: in one;
 * skip: in a value that is not read; end: behind a list that nothing wraps.
 */
type State = "outside" | "bracket" | "list" | "element" | "skip" | "end";

/**
 * One JSON list of objects, or an object with one such list (`{"data": […]}`), in a stream: an element is cut out by
 * its brackets and read like a line of JSON Lines, so a broken one is set aside alone and memory is bounded by the
 * longest. Rows are numbered from 1.
 */
export class JsonReader {
  private state: State = "outside";
  private isWrapped = false;
  private key = "";
  private isKey = true;
  private listKey: string | null = null;
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  /** A line ended inside a text, which no JSON allows: its quote was left open. */
  private isBroken = false;
  private isLineStart = false;
  private text = "";
  private isTooLong = false;
  private rowNumber = 0;
  private line = 1;
  /** Characters of the file before the chunk, and before the line. */
  private offset = 0;
  private lineStart = 0;
  private firstLine = 1;
  private before = 0;

  push(chunk: string): Entry[] {
    const entries: Entry[] = [];
    let start = 0;
    for (let i = 0; i < chunk.length; i += 1) {
      if (this.inString && this.state === "element" && !this.isEscaped) {
        PLAIN.lastIndex = i;
        PLAIN.test(chunk);
        i = PLAIN.lastIndex;
        if (i >= chunk.length) break;
      }
      const code = chunk.charCodeAt(i);
      if (code === LF) {
        this.line += 1;
        this.lineStart = this.offset + i + 1;
      }
      if (this.inString) {
        this.insideString(code, chunk[i]!);
        continue;
      }
      if (this.state === "element") {
        const end = this.insideElement(code);
        if (end === "no") continue;
        this.keep(chunk.slice(start, end === "after" ? i + 1 : i));
        entries.push(this.endElement());
        if (end === "after") continue;
      }
      if (isSpace(code)) continue;
      if (this.step(code)) {
        start = i;
        this.before = this.offset + i - this.lineStart;
      }
    }
    if (this.state === "element") this.keep(chunk.slice(start));
    this.offset += chunk.length;
    return entries;
  }

  end(): Entry[] {
    if (this.state === "element") return [this.endElement()];
    if (this.state === "list") {
      const details = { line: this.line, column: this.offset - this.lineStart + 1 };
      const reason = "the list is never closed; the file ends too early";
      const rowNumber = this.rowNumber + 1;
      const bad = problem("JSON_LINE", { ...details, reason }, { row: rowNumber });
      return [{ kind: "problem", rowNumber, line: this.line, raw: "", problem: bad }];
    }
    if (this.state !== "end" && this.listKey === null) throw shape("no list of objects is in it");
    return [];
  }

  private insideString(code: number, char: string) {
    if (this.isEscaped) this.isEscaped = false;
    else if (code === BACKSLASH) this.isEscaped = true;
    else if (code === QUOTE) {
      this.inString = false;
      return;
    } else if (code === LF && this.state === "element") {
      this.inString = false;
      this.isBroken = true;
      this.isLineStart = true;
      return;
    }
    if (this.state === "outside" && this.isKey && this.key.length < 200) this.key += char;
  }

  /** Whether the element ends with this character, before it, or goes on. */
  private insideElement(code: number): "no" | "after" | "before" {
    if (this.isBroken) {
      if (code === LF) this.isLineStart = true;
      else if (this.isLineStart && (code === 0x7b || code === 0x5d)) return "before";
      else if (!isSpace(code)) this.isLineStart = false;
      return "no";
    }
    if (code === QUOTE) this.inString = true;
    else if (this.depth === 0) return code === COMMA || isClosing(code) ? "before" : "no";
    else if (isOpening(code)) this.depth += 1;
    else if (isClosing(code)) this.depth -= 1;
    return this.depth === 0 && isClosing(code) ? "after" : "no";
  }

  /** One character outside of every element; true where an element begins with it. */
  private step(code: number): boolean {
    switch (this.state) {
      case "list":
        if (code === 0x5d) this.state = this.isWrapped ? "outside" : "end";
        else if (code !== COMMA) return this.begin(code);
        return false;
      case "skip":
        this.skipped(code);
        return false;
      case "bracket":
        return this.behindBracket(code);
      case "end":
        throw shape("text stands behind its end");
      default:
        this.outside(code);
        return false;
    }
  }

  private begin(code: number): boolean {
    if (this.rowNumber >= LIMITS.rows) {
      throw new FileRefused(problem("TOO_MANY_ROWS", { rows: LIMITS.rows }));
    }
    this.state = "element";
    this.depth = isOpening(code) ? 1 : 0;
    this.inString = code === QUOTE;
    this.firstLine = this.line;
    return true;
  }

  private behindBracket(code: number): boolean {
    if (code === 0x7b) {
      if (this.listKey !== null) {
        throw shape(`it holds more than one list ("${this.listKey}" and "${this.key}")`);
      }
      this.listKey = this.key;
      return this.begin(code);
    }
    this.state = "skip";
    this.depth = 1;
    this.skipped(code);
    return false;
  }

  private skipped(code: number) {
    if (code === QUOTE) this.inString = true;
    else if (isOpening(code)) this.depth += 1;
    else if (isClosing(code)) this.depth -= 1;
    if (this.depth === 0) this.state = "outside";
  }

  private outside(code: number) {
    if (!this.isWrapped) {
      if (code === BOM) return;
      if (code === 0x5b) this.state = "list";
      else if (code === 0x7b) this.isWrapped = true;
      else throw shape("it begins with neither [ nor {");
      return;
    }
    if (code === QUOTE) {
      this.inString = true;
      if (this.isKey) this.key = "";
    } else if (code === COLON) this.isKey = false;
    else if (code === COMMA) this.isKey = true;
    else if (code === 0x5b) this.state = "bracket";
    else if (code === 0x7b) {
      this.state = "skip";
      this.depth = 1;
    } else if (code === 0x7d) {
      if (this.listKey === null) throw shape("no list of objects is in it");
      this.state = "end";
    }
  }

  private keep(piece: string) {
    if (this.isTooLong) return;
    this.text += piece;
    if (this.text.length > LIMITS.jsonLineChars) {
      this.isTooLong = true;
      this.text = this.text.slice(0, LIMITS.rawChars);
    }
  }

  private endElement(): Entry {
    const { text, isTooLong, firstLine, before } = this;
    this.text = "";
    this.isTooLong = false;
    this.isBroken = false;
    this.inString = false;
    this.isEscaped = false;
    this.state = "list";
    this.rowNumber += 1;
    return jsonEntry(text.trimEnd(), this.rowNumber, firstLine, isTooLong, before);
  }
}
