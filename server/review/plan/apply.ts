import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";

/** Rows a statement: a large contribution takes several, each well within the database's time limit. */
const BATCH_ROWS = 20_000;

/**
 * Rows of the contribution that nobody has begun on: as submitted, waiting, held by nobody, with no decision yet. A
 * row under double review or on somebody's screen goes on as it is. The alias of `records` is `r`.
 */
const isUntouched = (contributionId: string) => sql`(
  r.contribution_id = ${contributionId} and r.status = 'pending' and r.revision = 1 and not r.is_audit
  and not exists (select 1 from review_claims c where c.record_id = r.id and c.expires_at > now())
  and not exists (select 1 from reviews v where v.record_id = r.id))`;

/**
 * Two people read each row of the slice, so that one person's slip is not taken for a bad row; one where fewer than
 * three could (a third settles a disagreement).
 */
const auditReaders = (contributionId: string) => sql`(
  select case when count(*) >= 3 then 2 else 1 end::smallint
  from contributions c join datanet_members m on m.datanet_id = c.datanet_id
  where c.id = ${contributionId} and m.is_validator and m.account_id <> c.contributor_id)`;

export type Accepting = { contributionId: string; validatorId: string; auditShare: number };

/**
 * Draws the audit slice at random (at least one row) and accepts the rest unread, recorded as `sampled` under the
 * validator whose decision ended the test. The slice stays in the queue, so that the share of bad rows among the
 * unread stays known.
 */
export async function acceptUnread(
  tx: Transaction,
  { contributionId, validatorId, auditShare }: Accepting,
): Promise<{ accepted: number; audited: number }> {
  const { rows } = await tx.execute<{ audited: number }>(sql`
    with free as (
      select r.id, random() as lot, count(*) over () as all_rows from records r
      where ${isUntouched(contributionId)}
    ), slice as (
      select id from (select id, row_number() over (order by lot) as place, all_rows from free) drawn
      where place <= ceil(all_rows * ${auditShare}::float8)
    ), marked as (
      update records set is_audit = true, reviews_wanted = greatest(reviews_wanted, ${auditReaders(contributionId)})
      where id in (select id from slice) returning 1
    )
    select count(*)::int as audited from marked`);
  let accepted = 0;
  for (let more = BATCH_ROWS; more === BATCH_ROWS; accepted += more) {
    more = await acceptSome(tx, contributionId, validatorId);
  }
  return { accepted, audited: rows[0]!.audited };
}

async function acceptSome(tx: Transaction, contributionId: string, validatorId: string): Promise<number> {
  const { rows } = await tx.execute<{ accepted: number }>(sql`
    with free as (
      select r.id from records r where ${isUntouched(contributionId)}
      limit ${BATCH_ROWS} for no key update of r
    ), moved as (
      update records set status = 'accepted' from free where records.id = free.id returning records.id
    ), decided as (
      insert into reviews (record_id, validator_id, decision, basis, guidelines_number)
      select m.id, ${validatorId}, 'accept', 'sampled', d.guidelines_number
      from moved m, contributions c join datanets d on d.id = c.datanet_id where c.id = ${contributionId}
      returning 1
    )
    select count(*)::int as accepted from decided`);
  return rows[0]!.accepted;
}

/** Rows sent back unread carry no decision of anybody: the plan's sentence stands for them. Returns how many. */
export async function sendBackUnread(tx: Transaction, contributionId: string): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    update records set status = 'sent_back'
    where id in (select r.id from records r where ${isUntouched(contributionId)} for no key update of r)`);
  return rowCount ?? 0;
}

/** Rows that were accepted unread and are in no version yet go back after all. Returns how many. */
export async function sendBackSampled(tx: Transaction, contributionId: string): Promise<number> {
  // Locked before the versions are looked up, so a freeze under way is waited for.
  await tx.execute(sql`select 1 from records where contribution_id = ${contributionId} for no key update`);
  const { rowCount } = await tx.execute(sql`
    with gone as (
      delete from reviews v using records r
      where r.id = v.record_id and r.contribution_id = ${contributionId} and v.basis = 'sampled'
        and not exists (select 1 from snapshot_records s where s.record_id = r.id)
      returning r.id
    )
    update records set status = 'sent_back' where id in (select id from gone)`);
  return rowCount ?? 0;
}
