import { and, eq, inArray } from "drizzle-orm";
import { contributions, findings, records, rowProblems } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireOwnContribution } from "./policy";

/** Deletes a contribution that was never submitted, with its rows. A worker still reading it finds nothing and stops. */
export async function discardContribution(
  ctx: SignedInContext,
  input: { contributionId: string },
): Promise<{ datanetId: string }> {
  const { contributionId } = input;
  const { datanetId, fileSha256 } = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx
      .select({ id: contributions.id })
      .from(contributions)
      .where(
        and(
          eq(contributions.id, contributionId),
          inArray(contributions.status, ["uploaded", "parsing", "ready", "failed"]),
        ),
      )
      .for("update");
    if (!row) throw alreadySubmitted();
    await tx.delete(findings).where(eq(findings.contributionId, contributionId));
    await tx.delete(rowProblems).where(eq(rowProblems.contributionId, contributionId));
    await tx.delete(records).where(eq(records.contributionId, contributionId));
    await tx.delete(contributions).where(eq(contributions.id, contributionId));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "contribution.discard",
      subject: `contribution:${contributionId}`,
      data: { datanetId, sha256: fileSha256 },
    });
  });
  return { datanetId };
}

const alreadySubmitted = () =>
  new AppError(
    "CONFLICT",
    "ALREADY_SUBMITTED",
    "This contribution has been submitted, so it can no longer be discarded.",
    "Ask a validator to reject rows that should not be used.",
  );
