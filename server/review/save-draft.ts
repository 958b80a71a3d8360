import { sql } from "drizzle-orm";
import type { z } from "zod";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireRowReviewer } from "./policy";
import type { SaveDraftInput } from "./schemas";

/**
 * Keeps what a validator has begun to write about a row that they hold; null forgets it. It is theirs alone and comes
 * back with the row, also when somebody else has held it in between. Errors: CLAIM_EXPIRED (409), as for a decision.
 */
export async function saveDraft(
  ctx: SignedInContext,
  { recordId, draft }: z.output<typeof SaveDraftInput>,
): Promise<{ isKept: boolean }> {
  await requireRowReviewer(ctx.db, ctx.actor, recordId);
  const me = ctx.actor.accountId;
  if (draft === null) {
    await ctx.db.execute(sql`
      delete from review_drafts where record_id = ${recordId} and validator_id = ${me}`);
    return { isKept: false };
  }
  const { rows } = await ctx.db.execute(sql`
    insert into review_drafts (record_id, validator_id, draft)
    select record_id, validator_id, ${JSON.stringify(draft)}::jsonb from review_claims
    where record_id = ${recordId} and validator_id = ${me} and expires_at > now()
    on conflict (record_id, validator_id) do update set draft = excluded.draft, updated_at = now()
    returning record_id`);
  if (rows.length === 0) throw notHeld();
  return { isKept: true };
}

const notHeld = () =>
  new AppError(
    "CONFLICT",
    "CLAIM_EXPIRED",
    "You do not hold this row any more, so what you wrote about it was not kept.",
    "Take the next item from the queue; it may be this one again.",
  );
