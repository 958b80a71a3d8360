import type { Preference } from "@/db/schema/judgement.constants";
import { wilson } from "@/server/comparison/wilson";
import { byItem, majority, type Opinion } from "./tally";

type Asked = { itemId: string; tunedFirst: Preference; baseFirst: Preference };

/** The model's preference: what it said with either answer first; a tie where the order changed its mind. */
export const settled = ({ tunedFirst, baseFirst }: Pick<Asked, "tunedFirst" | "baseFirst">): Preference =>
  tunedFirst === baseFirst ? tunedFirst : "tie";

/**
 * A judge model's preferences, and how often it prefers what the people prefer, among the questions where both prefer
 * one answer (`agreed` of `compared`, with its 95 % interval; null before there is one).
 */
export function agreement(asked: readonly Asked[], opinions: readonly Opinion[]) {
  const people = byItem(opinions);
  const both = asked
    .map((row) => [settled(row), majority(people.get(row.itemId) ?? [])] as const)
    .filter(([model, person]) => model !== "tie" && person !== "tie");
  const agreed = both.filter(([model, person]) => model === person).length;
  const count = (wanted: Preference) => asked.filter((row) => settled(row) === wanted).length;
  return {
    asked: asked.length,
    tuned: count("tuned"),
    base: count("base"),
    /** Questions on which it preferred another answer when their order was turned. */
    turned: asked.filter(({ tunedFirst, baseFirst }) => tunedFirst !== baseFirst).length,
    agreed,
    compared: both.length,
    interval: both.length === 0 ? null : wilson(agreed, both.length),
  };
}
