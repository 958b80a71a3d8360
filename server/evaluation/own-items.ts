import { eq, inArray } from "drizzle-orm";
import { accounts, records, trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { countOwn, type OwnCount } from "./own-counts";
import { parseEvaluation } from "./parse";

export type OwnItems = OwnCount & { name: string | null; address: string };

/**
 * How often the adapter agrees with each contributor's own test rows, beside everyone else's, lowest p first. Rows that
 * contradict what the others taught stand out here, also where the influence estimate cannot tell: that one counts a
 * careless contributor's own wrong questions as right. Totals only, so sealed questions stay sealed. Empty before the
 * run was measured.
 */
export async function listOwnItems(ctx: Context, runId: string): Promise<OwnItems[]> {
  await requireReadableRun(ctx, runId);
  const [run] = await ctx.db
    .select({ artifacts: trainingRuns.artifacts, metric: trainingRuns.metric })
    .from(trainingRuns)
    .where(eq(trainingRuns.id, runId));
  if (!run) throw notFound("training run");
  const sha256 = run.artifacts["evaluation.json"];
  // A style has no right answer to agree with.
  if (!sha256 || run.metric === "preference") return [];
  const items = parseEvaluation(await ctx.blobs.get(sha256)).items.filter(({ answers }) => answers.tuned);
  if (items.length === 0) return [];
  const rows = await ctx.db
    .select({ id: records.id, accountId: accounts.id, name: accounts.name, address: accounts.address })
    .from(records)
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .where(
      inArray(
        records.id,
        items.map(({ id }) => id),
      ),
    );
  const people = new Map(rows.map(({ accountId, name, address }) => [accountId, { name, address }]));
  return countOwn(items, new Map(rows.map(({ id, accountId }) => [id, accountId]))).map((own) => ({
    ...own,
    ...people.get(own.id)!,
  }));
}
