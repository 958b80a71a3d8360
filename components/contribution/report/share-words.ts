import { formatCount } from "../../common/numbers";

/** Values by how many rows have them, the most frequent first; `others` are rows of values that are not listed. */
export type Shares = { values: { value: string; rows: number }[]; others: number };

const RARE = 10;
/** The most frequent may have so many times the rows of the rarest before it is called uneven. */
const UNEVEN = 10;

/** How even the labels or categories are, in one or two sentences. */
export function balanceSentence({ values, others }: Shares, what: "label" | "category"): string {
  const many = what === "label" ? "labels" : "categories";
  const total = values.reduce((sum, { rows }) => sum + rows, others);
  const [most, least] = [values[0]!, values.at(-1)!];
  if (values.length === 1 && others === 0)
    return `Every row has the same ${what}, so there is nothing to tell apart.`;
  if (others > 0)
    return `The ${formatCount(values.length)} most frequent ${many} are shown; ${formatCount(others)} of ${formatCount(total)} rows have another.`;
  const rare = values.filter(({ rows }) => rows < RARE).length;
  const sizes = `“${most.value}” has ${formatCount(most.rows)} of ${formatCount(total)} rows, “${least.value}” ${formatCount(least.rows)}.`;
  if (most.rows < UNEVEN * least.rows && rare === 0)
    return `The ${formatCount(values.length)} ${many} are fairly even: ${sizes}`;
  const few =
    rare > 0
      ? ` ${formatCount(rare)} of ${formatCount(values.length)} ${many} ${rare === 1 ? "has" : "have"} fewer than ${RARE} rows: too few to learn and to test.`
      : "";
  return `The ${formatCount(values.length)} ${many} are uneven: ${sizes}${few}`;
}

/** "62 of 100 rows are unlike anything that is here already." A share from 0 to 1. */
export function newInformationSentence(share: number, rows: number): string {
  if (rows === 0) return "No row is kept, so there is nothing to compare.";
  const fresh = Math.round(share * rows);
  if (fresh === rows && rows > 1)
    return `All ${formatCount(rows)} rows are unlike anything that is here already.`;
  if (fresh === 0) return "Every row is much like one that is here already.";
  const verb = fresh === 1 ? "is" : "are";
  return `${formatCount(fresh)} of ${formatCount(rows)} ${rows === 1 ? "row" : "rows"} ${verb} unlike anything that is here already.`;
}
