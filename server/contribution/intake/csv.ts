import { FileRefused, problem } from "./codes";
import { LIMITS } from "./limits";

/**
 * One record of a CSV or TSV file. `line` is where it begins (1-based, in the file). `tooLarge` is the index of
 * the first field over the cell limit; its text is cut. `found` counts all fields, also those past the cap.
 */
export type CsvRecord = {
  line: number;
  fields: string[];
  found: number;
  tooLarge: number | null;
  raw: string;
};

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const FIELD_CAP = LIMITS.columns + 1;

/**
 * RFC 4180 in a stream, with memory bounded by one record. Own code because csv-parse names the last line of the
 * file for a quote that is never closed, and buffers the rest of the file until then; people need the line where
 * it opened. A quote inside a quoted field that is not doubled is taken as text on the line where the field began
 * ("He said "hi" to me"); on a later line it means that an earlier quote was left open: CSV_QUOTE.
 */
export class CsvTokenizer {
  private readonly delimiter: number;
  private readonly newline: number;
  private state: "start" | "plain" | "quoted" | "closed" = "start";
  private line = 1;
  private recordLine = 1;
  private quoteLine = 0;
  private field = "";
  private fieldChars = 0;
  private spaces = "";
  private fields: string[] = [];
  private found = 0;
  private tooLarge: number | null = null;
  private raw = "";
  private isCrPending = false;

  constructor(delimiter: string, newline: "\n" | "\r" = "\n") {
    this.delimiter = delimiter.charCodeAt(0);
    this.newline = newline === "\r" ? CR : LF;
  }

  /** Feeds text; returns the records that end in it. Throws FileRefused (CSV_QUOTE). */
  push(chunk: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    let rawStart = 0;
    let start = 0;
    let i = 0;
    const flush = (end: number) => {
      if (end > start) this.append(chunk, start, end);
    };
    while (i < chunk.length) {
      const code = chunk.charCodeAt(i);
      if (this.state === "quoted") {
        if (code === QUOTE) {
          flush(i);
          this.state = "closed";
        } else if (code === this.newline) {
          this.line += 1;
        }
        i += 1;
        if (this.state === "closed") start = i;
        continue;
      }
      if (this.isCrPending && code !== LF) this.keepCr();
      if (this.state === "closed" && code === QUOTE && this.spaces === "") {
        // A doubled quote: the second one becomes the text.
        this.state = "quoted";
        start = i;
        i += 1;
        continue;
      }
      if (code === this.delimiter || code === this.newline) {
        flush(i);
        this.endField();
        i += 1;
        start = i;
        if (code === this.newline) {
          this.line += 1;
          this.keepRaw(chunk.slice(rawStart, i - 1));
          rawStart = i;
          records.push(this.endRecord());
        }
        continue;
      }
      if (code === CR && this.newline === LF) {
        flush(i);
        this.isCrPending = true;
        i += 1;
        start = i;
        continue;
      }
      if (this.state === "start" && code === QUOTE) {
        this.state = "quoted";
        this.quoteLine = this.line;
        i += 1;
        start = i;
        continue;
      }
      if (this.state === "closed") {
        if (code === SPACE) {
          this.spaces += " ";
          i += 1;
          start = i;
          continue;
        }
        this.reopen();
        start = i;
        continue;
      }
      this.state = "plain";
      i += 1;
    }
    flush(chunk.length);
    this.keepRaw(chunk.slice(rawStart));
    return records;
  }

  /** Ends the file; the last record may lack its newline. */
  end(): CsvRecord[] {
    if (this.state === "quoted") throw this.quoteNeverClosed();
    const isOpen = this.state !== "start" || this.found > 0 || this.isCrPending;
    if (!isOpen) return [];
    this.endField();
    return [this.endRecord()];
  }

  private append(chunk: string, start: number, end: number) {
    this.fieldChars += end - start;
    if (this.fieldChars > LIMITS.cellBytes) this.markTooLarge();
    if (this.found < FIELD_CAP && this.field.length < LIMITS.cellBytes) {
      this.field += chunk.slice(start, Math.min(end, start + LIMITS.cellBytes));
    }
  }

  private markTooLarge() {
    this.tooLarge ??= this.found;
  }

  /** A quote closed the field, then text followed: the quote was part of the text, or was never meant to close. */
  private reopen() {
    if (this.line !== this.quoteLine) throw this.quoteNeverClosed();
    const text = `"${this.spaces}`;
    this.spaces = "";
    this.append(text, 0, text.length);
    this.state = "quoted";
  }

  private keepCr() {
    this.isCrPending = false;
    if (this.state === "closed") return;
    this.append("\r", 0, 1);
    this.state = "plain";
  }

  private quoteNeverClosed() {
    return new FileRefused(problem("CSV_QUOTE", { line: this.quoteLine }));
  }

  private endField() {
    if (this.found < FIELD_CAP) {
      const { field } = this;
      if (field.length * 3 > LIMITS.cellBytes && Buffer.byteLength(field) > LIMITS.cellBytes)
        this.markTooLarge();
      this.fields.push(field);
    }
    this.found += 1;
    this.field = "";
    this.fieldChars = 0;
    this.spaces = "";
    this.isCrPending = false;
    this.state = "start";
  }

  private keepRaw(text: string) {
    if (this.raw.length < LIMITS.rawChars) this.raw += text.slice(0, LIMITS.rawChars - this.raw.length + 1);
  }

  private endRecord(): CsvRecord {
    const { fields, found, tooLarge, recordLine: line } = this;
    const raw = this.raw.endsWith("\r") ? this.raw.slice(0, -1) : this.raw;
    this.fields = [];
    this.found = 0;
    this.tooLarge = null;
    this.raw = "";
    this.recordLine = this.line;
    return {
      line,
      fields,
      found,
      tooLarge,
      raw: raw.length > LIMITS.rawChars ? `${raw.slice(0, LIMITS.rawChars)}…` : raw,
    };
  }
}

/** A record of a line with nothing in it: one empty field. */
export const isBlankRecord = (record: CsvRecord) => record.found === 1 && record.fields[0]!.trim() === "";
