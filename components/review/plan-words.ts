import type { RouterOutputs } from "../trpc/client";

export type Plan = NonNullable<RouterOutputs["review"]["plan"]>;

export const shareText = (share: number) => `${Number((100 * share).toFixed(1))} %`;

export const SCRUTINY_WORDS: Record<Plan["scrutiny"], string> = {
  new: "Nothing is known yet of rows from this person, so more of them are read",
  usual: "Rows from this person have been read here before",
  proven: "Rows from this person have proven good here, so fewer are read",
};

/** Why a row went back unread. */
export const sentBackUnread = (
  { read, defects }: { read: number; defects: number },
  rejectableRate: number,
) =>
  `Nobody read this row: ${defects} of the ${read} rows read of this file were not good, so that surely more than ` +
  `the file may hold are bad (up to ${shareText(rejectableRate)}). Mend the file and submit it again.`;
