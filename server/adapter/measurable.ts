import { and, desc, eq, inArray, or } from "drizzle-orm";
import { datanetMembers, datanets, snapshots } from "@/db/schema";
import type { SignedInContext } from "@/server/trpc";

const MOST = 100;

/** Frozen versions on which this person may measure an adapter: of Datanets they belong to, and of the samples. */
export async function listMeasurable(ctx: SignedInContext) {
  const own = ctx.db
    .select({ id: datanetMembers.datanetId })
    .from(datanetMembers)
    .where(eq(datanetMembers.accountId, ctx.actor.accountId));
  const found = await ctx.db
    .select({
      snapshotId: snapshots.id,
      version: snapshots.number,
      split: snapshots.split,
      datanetId: datanets.id,
      datanet: datanets.name,
      goal: datanets.goal,
    })
    .from(snapshots)
    .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
    .where(
      and(
        eq(snapshots.status, "frozen"),
        or(eq(datanets.isSample, true), eq(datanets.ownerId, ctx.actor.accountId), inArray(datanets.id, own)),
      ),
    )
    .orderBy(datanets.name, desc(snapshots.number))
    .limit(MOST);
  return found.map(({ split, ...rest }) => ({ ...rest, questions: split?.test ?? 0 }));
}
