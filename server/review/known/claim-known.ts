import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { accountArray } from "../reviewers";
import { type Answer, answersOf, standingOf } from "./policy";

/** `mine`: every account of the validator's person. */
type Claiming = { datanetId: string; validatorId: string; mine: readonly string[]; ttlMs: number };
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
  lot: number,
): Promise<KnownClaim> {
  const { isTraining, isTurn } = await readTurn(tx, claim, lot);
  return { recordId: isTraining || isTurn ? await claimUnseen(tx, claim, skipped) : null, isTraining };
}

async function readTurn(tx: Transaction, { datanetId, validatorId, mine }: Claiming, lot: number) {
  const { rows } = await tx.execute<{ isTurn: boolean; answers: Answer[] }>(sql`
    select ${answersOf(datanetId, validatorId)} as answers,
      case when ${lot}::float8 < (review_rules ->> 'knownShare')::float8 then exists (
        select 1 from records r
        where r.datanet_id = ${datanetId} and r.status = 'pending' and r.contributor_id <> all(${accountArray(mine)})
      ) else false end as "isTurn"
    from datanets where id = ${datanetId}`);
  const { isTurn, answers } = rows[0]!;
  return { isTurn, isTraining: standingOf(answers).isTraining };
}

/**
 * A random item that they never decided on, did not make, and whose row (or what it was made from) is neither theirs
 * nor one they have read.
 */
async function claimUnseen(
  tx: Transaction,
  { datanetId, validatorId, mine, ttlMs }: Claiming,
  skipped: string | null,
): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    with pick as (
      select r.id from known_answers k join records r on r.id = k.record_id
      where k.datanet_id = ${datanetId} and r.status = 'known'
        and k.created_by_id <> all(${accountArray(mine)}) and r.contributor_id <> all(${accountArray(mine)})
        and r.id is distinct from ${skipped}::uuid
        and not exists (
          select 1 from records s join reviews v on v.record_id = s.id
          where s.contribution_id = r.contribution_id and s.row_number = r.row_number
            and v.validator_id = any(${accountArray(mine)}) and v.basis = 'read'
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
