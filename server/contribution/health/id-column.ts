import { type Finding, finding } from "./findings";

const LEAST_ROWS = 20;
const SHARE = 0.95;
/** Row numbers, order numbers, UUIDs, hashes: a name for a row instead of a text. */
const ID_LIKE =
  /^(?:[A-Za-z]{0,6}[-_#]?\d{3,}(?:[-_]\d+)*|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[0-9a-f]*\d)[0-9a-f]{16,64}|\d+)$/i;

/** Whether a column that plays the prompt or the answer holds ids. */
export class IdColumn {
  private rows = 0;
  private ids = 0;
  private numbers = 0;
  private ascending = 0;
  private last = Number.NaN;

  add(text: string): void {
    this.rows += 1;
    if (text.length > 80 || !ID_LIKE.test(text.trim())) return;
    this.ids += 1;
    const number = Number(text);
    if (Number.isNaN(number)) return;
    this.numbers += 1;
    if (number > this.last) this.ascending += 1;
    this.last = number;
  }

  /** Numbers may be what is asked for (ages, prices): they count only when they climb as row numbers do. */
  finding(column: string): Finding | null {
    if (this.rows < LEAST_ROWS || this.ids < SHARE * this.rows) return null;
    if (this.numbers > this.rows / 2 && this.ascending < 0.9 * this.rows) return null;
    return finding(
      "ID_COLUMN",
      { column },
      {
        message: `"${column.slice(0, 80)}" looks like a column of ids, not of texts.`,
        fix: "Choose the column that holds the text.",
        detail: { share: this.ids / this.rows },
      },
    );
  }
}
