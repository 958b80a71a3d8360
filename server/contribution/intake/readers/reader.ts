import { FileRefused, problem } from "../codes";
import type { Dialect } from "../dialect";
import { LIMITS } from "../limits";
import type { Entry } from "../parse";
import type { Format } from "../sniff";

/** A question that the file itself raises; its answer is an option of the next reading. */
export type ReaderQuestion = { role: "sheet" | "headings"; question: string; options: string[] };

/** `bytes` counts what was read of the file, for the progress. */
export type CountBytes = (bytes: number) => void;

/** What is inside an archive: how it was packed, and its name there. An archive in it is refused. */
export type Inside = { packed: "gzip" | "zip"; entry: string };

/**
 * A file that is ready to be read. `entries` reads it whole, each data row once; `head` is its first rows, read
 * apart. Both throw FileRefused for what refuses the whole file. `close` gives back what was opened.
 */
export type Opened = {
  format: Format;
  /** Only of CSV and TSV. */
  dialect: Dialect | null;
  /** Names known before the first row; null where each row names its own. */
  columns: readonly string[] | null;
  questions: readonly ReaderQuestion[];
  packed: Inside["packed"] | null;
  head(): AsyncIterable<Entry>;
  entries(onBytes: CountBytes): AsyncGenerator<Entry>;
  close(): Promise<void>;
};

/**
 * Counts the texts of rows that were packed: a dictionary makes gigabytes of rows out of one text.
 * Throws ARCHIVE_TOO_LARGE.
 */
export async function* boundedText(entries: AsyncIterable<Entry>, maxBytes: number): AsyncGenerator<Entry> {
  let chars = 0;
  for await (const entry of entries) {
    if (entry.kind === "row") {
      for (const value of Object.values(entry.fields)) {
        if (typeof value === "string") chars += Math.min(value.length, LIMITS.cellBytes);
      }
    }
    if (chars > maxBytes) throw new FileRefused(problem("ARCHIVE_TOO_LARGE", { maxBytes }));
    yield entry;
  }
}
