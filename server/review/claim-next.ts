import { randomUUID } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { env } from "@/env";
import { accountsOfPerson } from "@/server/account/person";
import { requireValidator } from "@/server/datanet/policy";
import type { SignedInContext } from "@/server/trpc";
import { getHeldItem, type ReviewItem } from "./item";
import { claimKnown } from "./known/claim-known";
import { accountArray } from "./reviewers";
import type { ClaimNextInput, QueueMode } from "./schemas";
import { ADJUDICATED } from "./settle";
import { settleStranded } from "./settle-stranded";

/** Others took the picked row between reading and writing this often in a row: then the queue is empty enough. */
const LOST_RACES = 20;

/**
 * Gives this validator one row to decide on, or null when none is free. A row that they still hold comes back,
 * held anew. With `besideRecordId` it is the row after the one on the screen, so that a validator holds two at most.
 * Claims are not audited: the decision is, and a claim leaves no trace in the data.
 */
export async function claimNext(
  ctx: SignedInContext,
  input: z.input<typeof ClaimNextInput>,
  ttlMs = env().CLAIM_TTL_MS,
): Promise<{ item: ReviewItem | null }> {
  const validatorId = ctx.actor.accountId;
  const { datanetId, mode = "triage" } = input;
  const [mine] = await Promise.all([
    accountsOfPerson(ctx.db, validatorId),
    requireValidator(ctx.db, ctx.actor, datanetId),
  ]);
  const claim: Claim = { datanetId, validatorId, mine, mode, ttlMs };
  const taken = await ctx.db.transaction((tx) => takeOne(tx, claim, input));
  if (taken || !(await settleStranded(ctx.db, datanetId))) return { item: taken };
  return { item: await ctx.db.transaction((tx) => takeOne(tx, claim, input)) };
}

async function takeOne(
  tx: Transaction,
  claim: Claim,
  { skipRecordId, besideRecordId, wantedRecordId }: z.input<typeof ClaimNextInput>,
): Promise<ReviewItem | null> {
  // Two tabs of one person take turns, so that both show the same row. Nobody waits for the disk: a claim that a power
  // cut loses is a row that is free again, and its decision is refused as after any claim that ran out.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`review:${claim.datanetId}:${claim.validatorId}`}, 0)),
      set_config('synchronous_commit', 'off', true)`,
  );
  const skipped = skipRecordId ?? null;
  if (skipped) await release(tx, claim, sql`record_id = ${skipped}`);
  if (wantedRecordId) await release(tx, claim, sql`record_id <> ${wantedRecordId}`);
  const held = await renewHeld(tx, claim, besideRecordId ?? null);
  if (held) return getHeldItem(tx, claim.validatorId, held);
  // Who asks for one row, or settles disputes, is not tested meanwhile.
  const lot = wantedRecordId || claim.mode === "adjudication" ? 1 : Math.random();
  const known = await claimKnown(tx, claim, skipped, lot);
  if (known.recordId) return getHeldItem(tx, claim.validatorId, known.recordId);
  if (known.isTraining) return null;
  const recordId =
    (wantedRecordId && (await claimOne(tx, claim, sql`r.id = ${wantedRecordId}`, null)).claimed) ??
    (await claimFree(tx, claim, skipped)) ??
    // A skipped row is better than an empty screen.
    (skipped && !besideRecordId ? await claimFree(tx, claim, null) : null);
  return recordId ? getHeldItem(tx, claim.validatorId, recordId) : null;
}

type Claim = {
  datanetId: string;
  validatorId: string;
  /** Every account of the validator's person. */
  mine: readonly string[];
  mode: QueueMode;
  ttlMs: number;
};

const expiry = (claim: Claim) => sql`now() + make_interval(secs => ${claim.ttlMs / 1000}::float8)`;

async function release(tx: Transaction, claim: Claim, which: SQL): Promise<void> {
  await tx.execute(sql`
    delete from review_claims
    where datanet_id = ${claim.datanetId} and validator_id = ${claim.validatorId} and ${which}`);
}

/** All that they hold is held anew; of it, the one taken first that is not `beside`. A row of the other mode is let go. */
async function renewHeld(tx: Transaction, claim: Claim, beside: string | null): Promise<string | null> {
  const isMine = sql`c.datanet_id = ${claim.datanetId} and c.validator_id = ${claim.validatorId}`;
  const { rows } = await tx.execute<{ record_id: string }>(sql`
    with let_go as (
      delete from review_claims c using records r
      where r.id = c.record_id and r.status = 'pending' and not (${inMode(claim.mode)}) and ${isMine}
    ), renewed as (
      update review_claims c set expires_at = ${expiry(claim)}
      from records r
      where r.id = c.record_id and (r.status = 'known' or (r.status = 'pending' and ${inMode(claim.mode)}))
        and ${isMine} and c.expires_at > now()
      returning c.record_id, c.claimed_at
    )
    select record_id from renewed where record_id is distinct from ${beside}::uuid
    order by claimed_at, record_id limit 1`);
  return rows[0]?.record_id ?? null;
}

/** Disputed rows are for who chose to settle disputes: they see what the others decided. */
export const inMode = (mode: QueueMode) =>
  mode === "adjudication" ? sql`r.reviews_wanted >= ${ADJUDICATED}` : sql`r.reviews_wanted < ${ADJUDICATED}`;

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
async function claimOne(tx: Transaction, claim: Claim, range: SQL, skipped: string | null) {
  const { rows } = await tx.execute<{ picked: string | null; claimed: string | null }>(sql`
    with pick as (
      select r.id from records r
      where r.datanet_id = ${claim.datanetId} and r.status = 'pending' and ${inMode(claim.mode)}
        and not (r.contributor_id = any(${accountArray(claim.mine)}))
        and ${range} and r.id is distinct from ${skipped}::uuid
        and not exists (
          select 1 from reviews v where v.record_id = r.id and v.validator_id = any(${accountArray(claim.mine)}))
        and not exists (select 1 from review_claims c where c.record_id = r.id and c.expires_at > now())
      order by r.id limit 1
      for no key update of r skip locked
    ), taken as (
      insert into review_claims (record_id, datanet_id, validator_id, expires_at)
      select id, ${claim.datanetId}, ${claim.validatorId}, ${expiry(claim)} from pick
      on conflict (record_id) do update
        set validator_id = excluded.validator_id, claimed_at = now(), expires_at = excluded.expires_at
        where review_claims.expires_at <= now()
      returning record_id
    )
    select (select id from pick) as picked, (select record_id from taken) as claimed`);
  return rows[0]!;
}
