import { formatCount } from "../../common/numbers";

/** Values by how many rows have them, the most frequent first; `others` are rows of values that are not listed. */
export type Shares = { values: { value: string; rows: number }[]; others: number };

/** With a bar for each label that the Datanet knows and the file lacks. */
export function withMissing({ values, others }: Shares, labels: readonly string[]): Shares {
  const missing = labels.filter((label) => !values.some(({ value }) => value === label));
  return { values: [...values, ...missing.map((value) => ({ value, rows: 0 }))], others };
}

const RARE = 10;
/** The most frequent may have so many times the rows of the rarest before it is called uneven. */
const UNEVEN = 10;

/** How even the labels or categories are, in one or two sentences. */
export function balanceSentence({ values, others }: Shares, what: "label" | "category"): string {
  const none = values.filter(({ rows }) => rows === 0).length;
  if (none > 0) {
    const rest = balanceSentence({ values: values.filter(({ rows }) => rows > 0), others }, what);
    return `${rest} ${formatCount(none)} of the Datanet's ${formatCount(values.length)} labels ${none === 1 ? "is" : "are"} not in this file.`;
  }
  if (values.length === 0) return "No row is kept.";
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

/** "Most rows are in English (180 of 200); German 12." Rows too short to tell are counted apart. */
export function languageSentence(
  shares: readonly { language: string; rows: number }[],
  rows: number,
): string {
  const told = shares.filter(({ language }) => language !== "");
  const known = told.reduce((sum, each) => sum + each.rows, 0);
  if (known === 0) return "The texts are too short to tell their language.";
  const name = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
  const [first, ...rest] = told
    .toSorted((a, b) => b.rows - a.rows)
    .map((each) => ({ name: name.of(each.language) ?? each.language, rows: each.rows }));
  const others = rest.slice(0, 4).map((each) => `${each.name} ${formatCount(each.rows)}`);
  const short = rows > known ? ` ${formatCount(rows - known)} are too short to tell.` : "";
  const of = `${formatCount(first!.rows)} of ${formatCount(known)} rows`;
  if (others.length === 0) return `${of} are in ${first!.name}.${short}`;
  return `${of} are in ${first!.name}; ${others.join(", ")}.${short}`;
}
