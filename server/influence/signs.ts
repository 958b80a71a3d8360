import { type Influence, signOf } from "./parse";

/** What may be said of a group's rows; `depends`: helped on one half of the questions and hurt on the other. */
export type Claim = "helped" | "hurt" | "depends" | "open";

type Total = { low: number; high: number };

/**
 * A sign on all sealed questions counts unless the total on others' questions alone contradicts it. Alone, each errs: on
 * all of them, wrong answers that review let into the test credit wrong rows like them; on others' questions, rows that
 * teach one answer make the others less likely, so that everyone looks worse.
 */
export function claimOf(group: Total & { others: Total | null }): Claim {
  const sign = signOf(group);
  if (sign === "0") return "open";
  const others = group.others ? signOf(group.others) : "0";
  if (others !== "0" && others !== sign) return "depends";
  return sign === "+" ? "helped" : "hurt";
}

/** A group's total on the questions of others, by the group's id. */
export function othersTotals({ contributors, contributions, datanets }: Influence) {
  const groups = [...contributors, ...contributions, ...datanets];
  const byId = new Map(groups.map(({ id, others }) => [id, others && { ...others, sign: signOf(others) }]));
  return (id: string) => byId.get(id) ?? null;
}
