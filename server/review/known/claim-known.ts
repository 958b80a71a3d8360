import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { validatorStanding } from "./policy";

type Claiming = { datanetId: string; validatorId: string; ttlMs: number };
/** `isTraining`: no live row is to be given, whether or not an item was found. */
export type KnownClaim = { recordId: string | null; isTraining: boolean };

/**
 * Whether this validator's next item is a known-answer one, and which. In training always; else at the Datanet's
 * `knownShare`, and only while live rows wait, so that it does not stand out. `lot` is uniform in 0..1.
 */
export async function claimKnown(
  tx: Transaction,
  claim: Claiming,
  skipped: string | null,
  lot = Math.random(),
): Promise<KnownClaim> {
  const { isTraining } = await validatorStanding(tx, claim.datanetId, claim.validatorId);
  if (!isTraining && !(await isTurn(tx, claim, lot))) return { recordId: null, isTraining };
  return { recordId: await claimUnseen(tx, claim, skipped), isTraining };
}

async function isTurn(tx: Transaction, { datanetId, validatorId }: Claiming, lot: number): Promise<boolean> {
  const { rows } = await tx.execute<{ yes: boolean }>(sql`
    select ${lot}::float8 < (review_rules ->> 'knownShare')::float8 and exists (
      select 1 from records r
      where r.datanet_id = ${datanetId} and r.status = 'pending' and r.contributor_id <> ${validatorId}
    ) as yes from datanets where id = ${datanetId}`);
  return rows[0]?.yes ?? false;
}

/**
 * A random item that they never decided on, did not make, and whose row (or what it was made from) is neither theirs
 * nor one they have read.
 */
async function claimUnseen(
  tx: Transaction,
  { datanetId, validatorId, ttlMs }: Claiming,
  skipped: string | null,
): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    with pick as (
      select r.id from known_answers k join records r on r.id = k.record_id
      where k.datanet_id = ${datanetId} and r.status = 'known'
        and k.created_by_id <> ${validatorId} and r.contributor_id <> ${validatorId}
        and r.id is distinct from ${skipped}::uuid
        and not exists (
          select 1 from records s join reviews v on v.record_id = s.id
          where s.contribution_id = r.contribution_id and s.row_number = r.row_number
            and v.validator_id = ${validatorId} and v.basis = 'read'
        )
        and not exists (select 1 from review_claims c where c.record_id = r.id and c.expires_at > now())
      order by random() limit 1
    )
    insert into review_claims (record_id, datanet_id, validator_id, expires_at)
    select id, ${datanetId}, ${validatorId}, now() + make_interval(secs => ${ttlMs / 1000}::float8) from pick
    on conflict (record_id) do update
      set validator_id = excluded.validator_id, expires_at = excluded.expires_at, claimed_at = now()
      where review_claims.expires_at <= now()
    returning record_id as id`);
  return rows[0]?.id ?? null;
}
