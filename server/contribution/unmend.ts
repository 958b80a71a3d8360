import { and, eq, sql } from "drizzle-orm";
import { contributions, uploads } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireOwnContribution } from "./policy";
import { readAgain } from "./read-again";
import type { StoredInspection } from "./stored-inspection";

/**
 * Takes a file of mended rows back: the contribution is read anew without it, its rows as they stood. Its blob goes with the
 * next sweep. Errors: NOT_FOUND, NOT_MENDED and NOT_EDITABLE (409).
 */
export async function unmendContribution(
  ctx: SignedInContext,
  { contributionId, sha256 }: { contributionId: string; sha256: string },
): Promise<void> {
  await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx
      .select({ inspection: contributions.inspection })
      .from(contributions)
      .where(eq(contributions.id, contributionId))
      .for("update");
    const before = (row?.inspection as StoredInspection | null)?.mended ?? [];
    const at = before.findLastIndex((one) => one.sha256 === sha256);
    if (at < 0) throw notMended();
    const left = before.filter((_, i) => i !== at);
    const mended = JSON.stringify(left.length > 0 ? { mended: left } : {});
    await readAgain(tx, contributionId, {
      inspection: sql`(${contributions.inspection} - 'mended') || ${mended}::jsonb`,
    });
    if (!left.some((one) => one.sha256 === sha256))
      await tx
        .update(uploads)
        .set({ status: "expired", contributionId: null })
        .where(and(eq(uploads.contributionId, contributionId), eq(uploads.sha256, sha256)));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "contribution.unmend",
      subject: `contribution:${contributionId}`,
      data: { sha256 },
    });
  });
}

const notMended = () =>
  new AppError(
    "CONFLICT",
    "NOT_MENDED",
    "This file of mended rows has been taken back already.",
    "Look at the report as it is now.",
  );
