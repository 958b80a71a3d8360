import { type Finding, finding } from "./findings";

/** More than this many distinct values are no categories; the rest is one bar. */
const MOST_VALUES = 2_000;
const SHOWN_VALUES = 50;
/** A label with more than this share, or one with fewer rows than can be learned from and tested, is worth a note. */
const LARGEST_SHARE = 0.8;
const FEWEST_ROWS = 10;
const LEAST_ROWS = 50;

/** How often each label or category stands in the file. */
export class LabelCounts {
  private readonly counts = new Map<string, number>();
  private rows = 0;
  private others = 0;

  add(value: string): void {
    this.rows += 1;
    const count = this.counts.get(value);
    if (count !== undefined || this.counts.size < MOST_VALUES) this.counts.set(value, (count ?? 0) + 1);
    else this.others += 1;
  }

  private sorted() {
    return [...this.counts].sort((a, b) => b[1] - a[1]);
  }

  numbers() {
    const sorted = this.sorted();
    const rest = sorted.slice(SHOWN_VALUES).reduce((sum, [, n]) => sum + n, this.others);
    return {
      values: sorted.slice(0, SHOWN_VALUES).map(([value, rows]) => ({ value: value.slice(0, 120), rows })),
      others: rest,
    };
  }

  finding(column: string): Finding | null {
    if (this.rows < LEAST_ROWS || this.others > 0) return null;
    const sorted = this.sorted();
    const [largest, most] = sorted[0]!;
    const few = sorted.filter(([, n]) => n < FEWEST_ROWS).length;
    const isUneven = sorted.length > 1 && most / this.rows > LARGEST_SHARE;
    if (!isUneven && few === 0) return null;
    const share = Math.round((100 * most) / this.rows);
    return finding(
      "LABEL_BALANCE",
      { column },
      {
        message: isUneven
          ? `${share} % of the rows have the label "${largest.slice(0, 40)}".`
          : `${few} of ${sorted.length} labels ${few === 1 ? "has" : "have"} fewer than ${FEWEST_ROWS} rows.`,
        fix: "Add examples of the rare labels, so that they can be learned and tested.",
        detail: { labels: sorted.length, fewLabels: few, largestShare: most / this.rows },
      },
    );
  }
}
