import { formatCount } from "@/components/common/numbers";

/** A problem code in two or three words, for the filter above the table. */
const PROBLEMS: Record<string, string> = {
  ROW_EMPTY: "Empty",
  ROW_DUPLICATE: "Duplicate",
  CSV_FIELDS: "Wrong number of fields",
  JSON_LINE: "Not JSON",
  JSON_TOO_DEEP: "Nested too deep",
  JSON_DUPLICATE_KEY: "Same name twice",
  NUMBER_RANGE: "Number out of range",
  TEXT_CONTROL: "Unusable character",
  CELL_TOO_LARGE: "Text too long",
  LABEL_UNKNOWN: "Unknown label",
};
export const problemWords = (code: string): string => PROBLEMS[code] ?? code;

export const rowsText = (count: number) => `${formatCount(count)} ${count === 1 ? "row" : "rows"}`;

/** Refusals that end with a choice of the person's rather than with another file. */
export const isAnswerable = (code: string | undefined) =>
  code === "COLUMN_MISSING" || code === "ENCODING" || code === "DOCUMENT_HEADINGS";
