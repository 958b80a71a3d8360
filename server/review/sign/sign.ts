import { inArray, sql } from "drizzle-orm";
import type { z } from "zod";
import { reviewBatches, reviews } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { recoverSitting } from "@/server/chain/recover-approval";
import { requireValidator } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { nothingToSign, requireChainId, sittingMessage } from "./get-sitting";
import { decisionsRoot } from "./leaf";
import type { SignSittingInput } from "./schemas";
import { unsignedDecisions } from "./unsigned";

/** A message signed earlier or later than this is not of this sitting. */
const FRESH_SECONDS = 3600;

/**
 * Keeps one signature over a sitting's decisions. The root is computed anew from what is stored: only decisions as they
 * are now are signed. Errors: NOT_VALIDATOR, NOT_ON_CHAIN, NOTHING_TO_SIGN, SITTING_STALE, SITTING_SIGNATURE.
 */
export async function signSitting(
  ctx: SignedInContext,
  input: z.output<typeof SignSittingInput>,
): Promise<{ decisions: number }> {
  await requireValidator(ctx.db, ctx.actor, input.datanetId);
  const chainDatanetId = await requireChainId(ctx, input.datanetId);
  const validatorId = ctx.actor.accountId;
  const madeAt = BigInt(input.madeAt);
  if (Math.abs(Date.now() / 1000 - Number(madeAt)) > FRESH_SECONDS) throw stale();
  const message = sittingMessage(chainDatanetId, { ...input, madeAt });
  const recovered = await recoverSitting(message, input.signature as `0x${string}`);
  if (recovered?.address !== ctx.actor.address.toLowerCase()) throw wrongSignature(ctx.actor.address);
  return ctx.db.transaction(async (tx) => {
    await tx.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`review:${input.datanetId}:${validatorId}`}, 0))`,
    );
    const open = await unsignedDecisions(tx, input.datanetId, validatorId);
    if (open.length === 0) throw nothingToSign();
    // Decisions made meanwhile come after them and wait for the next signature.
    const decisions = open.slice(0, input.decisions);
    if (decisionsRoot(decisions.map(({ signed }) => signed)) !== input.root) throw stale();
    const [batch] = await tx
      .insert(reviewBatches)
      .values({
        datanetId: input.datanetId,
        validatorId,
        root: input.root,
        decisions: decisions.length,
        madeAt,
        signature: recovered.signature,
      })
      .returning({ id: reviewBatches.id });
    const ids = decisions.map(({ reviewId }) => reviewId);
    await tx.update(reviews).set({ batchId: batch!.id }).where(inArray(reviews.id, ids));
    await appendAudit(tx, {
      actorId: validatorId,
      action: "review.sign",
      subject: `datanet:${input.datanetId}`,
      data: { root: input.root, decisions: decisions.length, madeAt: input.madeAt },
    });
    return { decisions: decisions.length };
  });
}

const stale = () =>
  new AppError(
    "CONFLICT",
    "SITTING_STALE",
    "These are not your unsigned decisions any more: one was taken back or signed meanwhile, or an hour has passed.",
    "Sign once more.",
  );

const wrongSignature = (address: string) =>
  new AppError(
    "UNPROCESSABLE",
    "SITTING_SIGNATURE",
    `This signature was not made by ${address} over these decisions.`,
    "Choose that account in your wallet and sign again.",
  );
