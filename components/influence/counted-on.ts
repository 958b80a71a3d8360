import type { Influence } from "./influence-section";

/** The questions a total is read on: all sealed ones, or only those of other groups. */
export type CountedOn = "all" | "others";
type Total = NonNullable<Influence["contributors"][number]["others"]>;

/** Groups with the total that is read: on others' questions it takes the place of the one on all of them. */
export function readOn<T extends { others: Total | null }>(groups: readonly T[], on: CountedOn): T[] {
  if (on === "all") return [...groups];
  return groups.flatMap((group) => (group.others ? [{ ...group, ...group.others }] : []));
}

/** What to bear in mind with either total. */
export const CAVEATS: Record<CountedOn, string> = {
  others:
    "Everyone is counted on the questions of the others only: rows that teach one answer make the others less likely, so everybody looks worse here than they are.",
  all: "What review let into the test counts as right: a file with wrong questions in the test is credited for rows like them.",
};
