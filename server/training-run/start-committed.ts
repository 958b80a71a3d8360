import { and, eq, exists, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { accounts, chainEvents, trainingRuns } from "@/db/schema";
import { markRunCommitted } from "./mark-committed";

/**
 * A builder may send the commitment outside of the app, before the checks are over: when its block was read, the run
 * could not start yet. Starts each run that waits for a commitment which the chain already holds from its builder.
 */
export async function startCommittedRuns(db: Database): Promise<void> {
  const ownAnnouncement = db
    .select({ one: sql`1` })
    .from(chainEvents)
    .where(
      and(
        eq(chainEvents.name, "RunCommitted"),
        sql`lower(${chainEvents.args} ->> 'runCommit') = '0x' || ${trainingRuns.runCommit}`,
        sql`lower(${chainEvents.args} ->> 'committer') = ${accounts.address}`,
      ),
    );
  const waiting = await db
    .select({ runCommit: trainingRuns.runCommit })
    .from(trainingRuns)
    .innerJoin(accounts, eq(accounts.id, trainingRuns.builderId))
    .where(and(eq(trainingRuns.status, "commit"), exists(ownAnnouncement)));
  for (const run of waiting) await db.transaction((tx) => markRunCommitted(tx, run));
}
