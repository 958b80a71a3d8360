import { sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { wilson } from "@/server/comparison/wilson";
import type { Context } from "@/server/context";
import { datanetRole, requireMember } from "@/server/datanet/policy";
import type { SignedInContext } from "@/server/trpc";
import { isRightAnswer, standingAfter } from "../known/standing";
import { isDefect, isSettledRead } from "../plan/reads";
import { agreement } from "./alpha";
import { isTooFew, type Stratum, stratifiedRate } from "./rate";

const share = (successes: number, n: number) =>
  n > 0 ? { n, share: successes / n, ...wilson(successes, n) } : null;

/** Every validator's decisions of this Datanet, measured. Members only: it is about people. */
export async function listReviewers(ctx: SignedInContext, datanetId: string) {
  await requireMember(ctx.db, ctx.actor, datanetId);
  const [people, doubly, known, outcomes] = await Promise.all([
    reviewerFacts(ctx.db, datanetId),
    doublyRead(ctx.db, datanetId),
    knownAnswersOf(ctx.db, datanetId),
    laterOutcomes(ctx.db, datanetId),
  ]);
  const reviewers = people.map(({ accountId, name, address, decisions, medianMs }) => {
    const shared = doubly.filter(({ decided }) => decided.some((one) => one.by === accountId));
    const own = shared.map(({ decided, isDefect: bad }) => ({
      accepted: decided.find((one) => one.by === accountId)!.decision === "accept",
      bad,
    }));
    const settled = own.filter(({ bad }) => bad !== null);
    const answers = known.filter(({ by }) => by === accountId);
    const outcome = outcomes.get(accountId);
    return {
      accountId,
      name,
      address,
      decisions,
      medianSeconds: medianMs === null ? null : medianMs / 1000,
      agreement: agreement(shared.map(({ decided }) => decided.map((one) => one.decision))),
      known: share(answers.filter(({ isRight }) => isRight).length, answers.length),
      isTraining: standingAfter(answers).isTraining,
      overturned: share(settled.filter(({ accepted, bad }) => accepted === bad).length, settled.length),
      outcome: outcome ?? null,
    };
  });
  return { reviewers, agreement: agreement(doubly.map(({ decided }) => decided.map((one) => one.decision))) };
}

type Person = {
  accountId: string;
  name: string | null;
  address: string;
  decisions: number;
  medianMs: number | null;
};

async function reviewerFacts(db: DatabaseOrTransaction, datanetId: string): Promise<Person[]> {
  const { rows } = await db.execute<Person>(sql`
    select a.id as "accountId", a.name, a.address, count(*)::int as decisions,
      percentile_cont(0.5) within group (order by v.took_ms) as "medianMs"
    from reviews v join records r on r.id = v.record_id join accounts a on a.id = v.validator_id
    where r.datanet_id = ${datanetId} and v.basis = 'read' and v.part in ('decision', 'adjudication')
    group by a.id order by count(*) desc, a.address`);
  return rows;
}

type Doubly = { decided: { by: string; decision: string }[]; isDefect: boolean | null };

/** Rows that more than one person decided on, each without the others' decision; null while they wait. */
async function doublyRead(db: DatabaseOrTransaction, datanetId: string): Promise<Doubly[]> {
  const { rows } = await db.execute<Doubly>(sql`
    select json_agg(json_build_object('by', v.validator_id, 'decision', v.decision)) as decided,
      case when r.status in ('accepted', 'rejected', 'sent_back', 'replaced') then ${isDefect} end as "isDefect"
    from records r join reviews v on v.record_id = r.id
    where r.datanet_id = ${datanetId} and v.basis = 'read' and v.part in ('decision', 'adjudication')
    group by r.id having count(*) > 1`);
  return rows;
}

async function knownAnswersOf(db: DatabaseOrTransaction, datanetId: string) {
  const { rows } = await db.execute<{ by: string; expected: string; decision: string }>(sql`
    select v.validator_id as by, k.expected, v.decision
    from known_answers k join reviews v on v.record_id = k.record_id
    where k.datanet_id = ${datanetId} order by v.created_at, v.id`);
  return rows.map(({ by, expected, decision }) => ({ by, isRight: isRightAnswer(expected, decision) }));
}

type Outcome = { rows: number; helped: number; hurt: number };

/**
 * What became of the rows that each validator accepted by reading, once trained on: how many had an estimated effect
 * above and below 0 on the sealed test of the latest run that scored them. An estimate of single rows is noisy: a sum
 * over many says something, one row nothing.
 */
async function laterOutcomes(db: DatabaseOrTransaction, datanetId: string): Promise<Map<string, Outcome>> {
  const { rows } = await db.execute<Outcome & { by: string }>(sql`
    with latest as (
      select distinct on (s.subject_id) s.subject_id, s.value
      from influence_scores s join training_runs t on t.id = s.run_id
      where s.scope = 'record'
        and s.run_id in (select run_id from training_run_snapshots where datanet_id = ${datanetId})
      order by s.subject_id, t.created_at desc
    )
    select v.validator_id as by, count(*)::int as rows, count(*) filter (where l.value > 0)::int as helped,
      count(*) filter (where l.value < 0)::int as hurt
    from latest l join records r on r.id = l.subject_id join reviews v on v.record_id = r.id
    where r.datanet_id = ${datanetId} and v.basis = 'read' and v.decision in ('accept', 'fix')
    group by v.validator_id`);
  return new Map(rows.map(({ by, ...outcome }) => [by, outcome]));
}

/**
 * Share of bad rows among the accepted ones, from what was looked at twice: for rows accepted unread the audit slice
 * of their files (a file that its audit refused has no such rows left); for rows that one person accepted, the acceptances that a second look overturned. Rows accepted by
 * two people or more are taken as good as one person's, which errs on the side of caution.
 */
export async function getKnownRate(ctx: Context, datanetId: string) {
  await datanetRole(ctx.db, ctx.actor, datanetId);
  return knownRate(ctx.db, datanetId);
}

export async function knownRate(db: DatabaseOrTransaction, datanetId: string) {
  const { rows } = await db.execute<{ sampled: Stratum; read: Stratum }>(sql`
    with audit as (
      select count(*)::int as checked, count(*) filter (where ${isDefect})::int as defects
      from records r join contributions c on c.id = r.contribution_id and c.plan_verdict = 'accepted'
      where r.datanet_id = ${datanetId} and r.is_audit and ${isSettledRead}
    ), twice as (
      select r.id, ${isDefect} as bad, count(*) filter (where v.decision = 'accept') as accepts
      from records r join reviews v on v.record_id = r.id and v.basis = 'read' and v.part = 'decision'
      where r.datanet_id = ${datanetId} and r.status in ('accepted', 'rejected', 'sent_back', 'replaced')
      group by r.id having count(*) > 1
    ), held as (
      select count(*) filter (where is_unread)::int as unread, count(*) filter (where not is_unread)::int as read
      from (select exists (
          select 1 from reviews v where v.record_id = r.id and v.basis = 'sampled'
        ) as is_unread
        from records r where r.datanet_id = ${datanetId} and r.status = 'accepted') a
    )
    select json_build_object('rows', held.unread, 'checked', audit.checked, 'defects', audit.defects) as sampled,
      json_build_object('rows', held.read,
        'checked', (select coalesce(sum(accepts), 0) from twice),
        'defects', (select coalesce(sum(accepts) filter (where bad), 0) from twice)) as read
    from held, audit`);
  const { sampled, read } = rows[0]!;
  const strata = [sampled, read];
  return {
    accepted: sampled.rows + read.rows,
    sampled,
    read,
    isTooFew: isTooFew(strata),
    ...(stratifiedRate(strata) ?? { rate: null, low: null, high: null }),
  };
}
