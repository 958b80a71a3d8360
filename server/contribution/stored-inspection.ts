import { findSecrets } from "./health/secrets";
import { redact } from "./health/span";
import type { Inspection, Question } from "./intake/inspect";
import type { IntakeOptions } from "./intake/intake";
import { storableJson } from "./storable";

/** One of the file's first rows as it stood there: the material of the preview, under any mapping. */
export type StoredSample = {
  rowNumber: number;
  fields: Record<string, unknown> | null;
  problem: string | null;
};

/** What the contribution keeps of the inspection, in `contributions.inspection`. */
export type StoredInspection = Pick<
  Inspection,
  | "format"
  | "packed"
  | "encoding"
  | "delimiter"
  | "hasHeader"
  | "columns"
  | "mapping"
  | "confidence"
  | "shape"
> & {
  questions: Question[];
  sample: StoredSample[];
  /** Set when the person confirmed an encoding; the next reading uses it. */
  confirmedEncoding?: string;
  /** Set when the person chose a sheet, or agreed that headings are prompts; the next reading uses them. */
  chosenSheet?: string;
  useHeadings?: boolean;
  /** Files of mended rows, in the order in which they came; each reading applies them anew. */
  mended?: StoredMend[];
};

/** A mended file: its blob, how many rows it replaces, and when it came (ISO 8601). */
export type StoredMend = { sha256: string; fileName: string; bytes: number; rows: number; at: string };

/** All samples together stay under about a megabyte, however wide the file is. */
const SAMPLE_CHARS = 1_000_000;
const CELL_CHARS = 8_000;

export function toStoredInspection(
  found: Inspection,
  chosen: Pick<IntakeOptions, "encoding" | "sheet" | "useHeadings">,
  mended: StoredMend[],
): StoredInspection {
  const { format, packed, encoding, delimiter, hasHeader, columns, mapping, confidence, shape, questions } =
    found;
  const cells = Math.max(1, found.sample.length * columns.length);
  const most = Math.min(CELL_CHARS, Math.floor(SAMPLE_CHARS / cells));
  const sample = found.sample.map(
    (row): StoredSample => ({
      rowNumber: row.rowNumber,
      fields:
        row.problem?.code === "CELL_TOO_LARGE" || Object.keys(row.fields).length === 0
          ? null
          : cut(row.fields, most),
      problem: row.problem?.message ?? null,
    }),
  );
  return storableJson({
    format,
    packed,
    encoding,
    delimiter,
    hasHeader,
    columns,
    mapping,
    confidence,
    shape,
    questions,
    sample,
    ...(chosen.encoding && { confirmedEncoding: chosen.encoding }),
    ...(chosen.sheet !== undefined && { chosenSheet: chosen.sheet }),
    ...(chosen.useHeadings && { useHeadings: true }),
    ...(mended.length > 0 && { mended }),
  });
}

/** A secret is not kept, not even of the rows that are shown first. */
const masked = (text: string) => redact(text, findSecrets(text));

function cut(fields: Record<string, unknown>, most: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (typeof value === "string") return [name, masked(value).slice(0, most)];
      const json = JSON.stringify(value) ?? "";
      const isAsItIs = json.length <= most && findSecrets(json).length === 0;
      return [name, isAsItIs ? value : masked(json).slice(0, most)];
    }),
  );
}
