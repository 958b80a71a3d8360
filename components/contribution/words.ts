import { formatCount } from "@/components/common/numbers";

export const rowsText = (count: number) => `${formatCount(count)} ${count === 1 ? "row" : "rows"}`;

/** Refusals that end with a choice of the person's rather than with another file. */
export const isAnswerable = (code: string | undefined) =>
  code === "COLUMN_MISSING" || code === "ENCODING" || code === "DOCUMENT_HEADINGS";

/** Rows that are kept as they were written or as they were repaired: what is submitted. */
export const usableRows = ({ kept, repaired }: { kept: number; repaired: number }) => kept + repaired;
