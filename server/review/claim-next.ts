import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { reviewClaims } from "@/db/schema";
import { env } from "@/env";
import { requireValidator } from "@/server/datanet/policy";
import type { SignedInContext } from "@/server/trpc";
import { claimKnown } from "./known/claim-known";
import { getHeldItem, type ReviewItem } from "./queries";
import type { ClaimNextInput } from "./schemas";

/** Others took the picked row between reading and writing this often in a row: then the queue is empty enough. */
const LOST_RACES = 20;

/**
 * Gives this validator one row to decide on, or null when none is free. A row that they still hold comes back,
 * held anew. Claims are not audited: the decision is, and a claim leaves no trace in the data.
 */
export async function claimNext(
  ctx: SignedInContext,
  input: z.output<typeof ClaimNextInput>,
  ttlMs = env().CLAIM_TTL_MS,
): Promise<{ item: ReviewItem | null }> {
  await requireValidator(ctx.db, ctx.actor, input.datanetId);
  const claim: Claim = { datanetId: input.datanetId, validatorId: ctx.actor.accountId, ttlMs };
  return ctx.db.transaction(async (tx) => {
    // Two tabs of one person take turns, so that both show the same row.
    await tx.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`review:${claim.datanetId}:${claim.validatorId}`}, 0))`,
    );
    const skipped = input.skipRecordId ?? null;
    if (skipped) await release(tx, claim, skipped);
    const held = await renewHeld(tx, claim);
    const known = held ? null : await claimKnown(tx, claim, skipped);
    const recordId =
      held ??
      known?.recordId ??
      (known?.isTraining ? null : await claimFree(tx, claim, skipped)) ??
      // A skipped row is better than an empty screen.
      (skipped && !known?.isTraining ? await claimFree(tx, claim, null) : null);
    return { item: recordId ? await getHeldItem(tx, claim.validatorId, recordId) : null };
  });
}

type Claim = { datanetId: string; validatorId: string; ttlMs: number };

const expiry = (claim: Claim) => sql`now() + make_interval(secs => ${claim.ttlMs / 1000}::float8)`;

async function release(tx: Transaction, claim: Claim, recordId: string): Promise<void> {
  await tx
    .delete(reviewClaims)
    .where(and(eq(reviewClaims.recordId, recordId), eq(reviewClaims.validatorId, claim.validatorId)));
}

async function renewHeld(tx: Transaction, claim: Claim): Promise<string | null> {
  const { rows } = await tx.execute<{ record_id: string }>(sql`
    update review_claims c set expires_at = ${expiry(claim)}
    from records r
    where r.id = c.record_id and r.status in ('pending', 'known')
      and c.datanet_id = ${claim.datanetId} and c.validator_id = ${claim.validatorId} and c.expires_at > now()
    returning c.record_id`);
  return rows[0]?.record_id ?? null;
}

async function claimFree(tx: Transaction, claim: Claim, skipped: string | null): Promise<string | null> {
  for (let attempt = 0; attempt < LOST_RACES; attempt += 1) {
    // Row ids are random, so the first free one after a random point is a random one, found by the index.
    const point = randomUUID();
    const after = await claimOne(tx, claim, sql`r.id >= ${point}::uuid`, skipped);
    const outcome = after.picked ? after : await claimOne(tx, claim, sql`r.id < ${point}::uuid`, skipped);
    if (outcome.claimed) return outcome.claimed;
    if (!outcome.picked) return null;
  }
  return null;
}

/**
 * One statement: pick a free row that nobody else is picking, then upsert the claim. The upsert's own condition
 * is the guarantee: when the pick was read before another's claim was committed, nothing is written.
 */
async function claimOne(
  tx: Transaction,
  claim: Claim,
  range: ReturnType<typeof sql>,
  skipped: string | null,
) {
  const { rows } = await tx.execute<{ picked: string | null; claimed: string | null }>(sql`
    with pick as (
      select r.id from records r
      where r.datanet_id = ${claim.datanetId} and r.status = 'pending' and r.contributor_id <> ${claim.validatorId}
        and ${range} and r.id is distinct from ${skipped}::uuid
        and not exists (select 1 from review_claims c where c.record_id = r.id and c.expires_at > now())
      order by r.id limit 1
      for no key update of r skip locked
    ), taken as (
      insert into review_claims (record_id, datanet_id, validator_id, expires_at)
      select id, ${claim.datanetId}, ${claim.validatorId}, ${expiry(claim)} from pick
      on conflict (record_id) do update
        set validator_id = excluded.validator_id, expires_at = excluded.expires_at
        where review_claims.expires_at <= now()
      returning record_id
    )
    select (select id from pick) as picked, (select record_id from taken) as claimed`);
  return rows[0]!;
}
