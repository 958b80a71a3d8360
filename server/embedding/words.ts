/** `health.embedding` of a contribution: neighbours by meaning, computed after it is submitted. */
export type EmbeddingState =
  /** `embedded` of `rows` have their vector; of `compared` of them the neighbours are known, `unlike` so far. */
  | { state: "pending"; rows?: number; embedded?: number; compared?: number; unlike?: number; near?: number }
  | {
      state: "done";
      model: string;
      /** Rows of this contribution that were compared. The share of new information is `unlike` / `rows`. */
      rows: number;
      unlike: number;
      near: number;
      /** Rows in all that they were compared with, and how many older ones were left out (100,000 are compared). */
      against: number;
      leftOut: number;
    }
  | { state: "unavailable"; code: string; reason: string };

/** 12345 -> "12,345", without `Intl`, whose first use costs a phone a tenth of a second. */
const grouped = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const count = (n: number, noun: string) => `${grouped(n)} ${noun}${n === 1 ? "" : "s"}`;

/** What the report says of it, in words. */
export function meaningSentence(embedding: EmbeddingState): string {
  if (embedding.state === "unavailable")
    return `Not compared by meaning: ${embedding.reason} Everything else works without it.`;
  if (embedding.state === "pending") {
    const { rows, embedded = 0, compared = 0 } = embedding;
    if (!rows) return "Pending: its rows wait to be compared by meaning. Nothing has to wait for it.";
    const done = embedded < rows ? `${count(embedded, "row")} read` : `${count(compared, "row")} compared`;
    return `Pending: ${done} of ${grouped(rows)}. Nothing has to wait for it.`;
  }
  const { rows, unlike, near, leftOut } = embedding;
  if (rows === 0) return "No row of it is left to be compared by meaning.";
  const others =
    near === 0
      ? ""
      : ` ${count(near, "row")} seem${near === 1 ? "s" : ""} to ask what an earlier row asks, in other words.`;
  const limit =
    leftOut === 0 ? "" : ` ${count(leftOut, "older row")} of the Datanet were not looked at: 100,000 are.`;
  return `${grouped(unlike)} of ${count(rows, "row")} ask something that no earlier row asks.${others}${limit}`;
}
