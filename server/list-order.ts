import { type AnyColumn, and, asc, desc, ilike, or, type SQL, sql } from "drizzle-orm";

type Expression = AnyColumn | SQL;

/** Words looked for in one search; more of them find nothing that these do not. */
const MOST_WORDS = 8;

/** Every word typed must occur in one of the columns, in any order and case; undefined where nothing is looked for. */
export function everyWord(search: string | undefined, columns: Expression[]): SQL | undefined {
  const words = (search ?? "").split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  const pattern = (word: string) => `%${word.replace(/[\\%_]/g, "\\$&")}%`;
  return and(
    ...words.map((word) => or(...columns.map((column) => ilike(column as AnyColumn, pattern(word))))),
  );
}

/** By these expressions in turn, empty values last in both directions. */
export const inOrder = (expressions: Expression[], direction: "asc" | "desc"): SQL[] =>
  expressions.map((each) => sql`${(direction === "asc" ? asc : desc)(each)} nulls last`);
