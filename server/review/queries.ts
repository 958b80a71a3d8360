import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { DatabaseOrTransaction } from "@/db/client";
import { datanetMembers, datanets, guidelineVersions } from "@/db/schema";
import { SAMPLING_MINIMUM } from "@/db/schema/review.constants";
import { requireReadableDatanet } from "@/server/access/require";
import { accountsOfPerson } from "@/server/account/person";
import { askerId, type Context } from "@/server/context";
import { notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireRowReviewer } from "./policy";
import { accountArray } from "./reviewers";
import { type ItemContextInput, UNDO_WINDOW_MS } from "./schemas";
import { ADJUDICATED } from "./settle";

export type ContributionProgress = {
  id: string;
  fileName: string;
  rows: number;
  pending: number;
  /** Rows that somebody read and decided on; `rest` may be accepted once there are enough. */
  read: number;
  readRejected: number;
  isRestAcceptable: boolean;
};

export async function contributionProgress(
  db: DatabaseOrTransaction,
  contributionId: string,
): Promise<ContributionProgress> {
  const { rows } = await db.execute<
    Omit<ContributionProgress, "isRestAcceptable"> & { hasPlan: boolean }
  >(sql`
    with waiting as (
      select count(*)::int as pending from records where contribution_id = ${contributionId} and status = 'pending'
    ), settled as (
      select count(*)::int as n from records
      where contribution_id = ${contributionId} and status in ('accepted', 'rejected', 'sent_back')
    ), touched as (
      select id from records
      where contribution_id = ${contributionId} and status in ('accepted', 'rejected', 'sent_back', 'replaced')
      union all
      -- One decision settles a row that wants one, so those that wait have none.
      select id from records where contribution_id = ${contributionId} and status = 'pending' and reviews_wanted > 1
    ), made as (
      select count(distinct v.record_id)::int as read,
        count(distinct v.record_id) filter (where v.decision = 'reject')::int as "readRejected"
      from touched r join reviews v on v.record_id = r.id
      where v.basis = 'read' and v.part in ('decision', 'adjudication')
    )
    select c.id, c.file_name as "fileName", c.plan is not null as "hasPlan",
      waiting.pending + settled.n as rows, waiting.pending, made.*
    from contributions c, waiting, settled, made
    where c.id = ${contributionId}`);
  const { hasPlan, ...progress } = rows[0]!;
  const isRestAcceptable = !hasPlan && progress.pending > 0 && progress.read >= SAMPLING_MINIMUM;
  return { ...progress, isRestAcceptable };
}

/** What is held is one to go, also where it is there to measure who holds it: "0 to go" would tell it from the others. */
const heldIsToGo = (progress: ContributionProgress): ContributionProgress =>
  progress.pending > 0 ? progress : { ...progress, pending: 1, rows: progress.rows + 1 };

/** Other accepted answers to the same prompt that are shown beside a row: several may be right. */
const OTHER_ANSWERS = 5;

/** What is told beside a row and need not be there with it: it takes longer the more rows there are. */
export async function getItemContext(
  ctx: SignedInContext,
  { recordId }: z.output<typeof ItemContextInput>,
): Promise<{ contribution: ContributionProgress; otherAnswers: string[] }> {
  const { contributionId } = await requireRowReviewer(ctx.db, ctx.actor, recordId);
  const { rows } = await ctx.db.execute<{ answer: string }>(sql`
    select distinct r.answer from records r join records mine on mine.id = ${recordId}
    where r.datanet_id = mine.datanet_id and md5(r.prompt) = md5(mine.prompt) and r.prompt = mine.prompt
      and r.status = 'accepted' and r.answer <> mine.answer
      and not (mine.status = 'known' and r.contribution_id = mine.contribution_id and r.row_number = mine.row_number)
      and not exists (select 1 from snapshot_records s where s.record_id = r.id and s.sealed)
    order by r.answer limit ${OTHER_ANSWERS}`);
  return {
    contribution: heldIsToGo(await contributionProgress(ctx.db, contributionId)),
    otherAnswers: rows.map(({ answer }) => answer),
  };
}

export type QueueCounts = {
  /** Rows in the queue that this person may decide on, and those of them that others hold just now. */
  waiting: number;
  claimedByOthers: number;
  /** Rows in the queue that this person contributed. */
  own: number;
  /** Rows that this person decided on and that wait for a second person. */
  second: number;
  /** Disputed rows that this person may settle, and those that they disagree on themselves. */
  disputed: number;
  disputedByMe: number;
  decided: number;
  decidedByMe: number;
  /** Decisions of this person that can still be taken back. */
  young: number;
};

/** The queue as this person sees it, with what the screen needs of the Datanet, in one question. */
export async function getQueue(ctx: Context, datanetId: string) {
  const me = askerId(ctx);
  const [mine] = await Promise.all([
    ctx.actor ? accountsOfPerson(ctx.db, me) : [me],
    requireReadableDatanet(ctx, datanetId),
  ]);
  const lastRead = sql`(
    select v.guidelines_number from reviews v join records r on r.id = v.record_id
    where v.validator_id = ${me} and r.datanet_id = ${datanetId}
    order by v.created_at desc, v.id desc limit 1)`;
  const [found] = await ctx.db
    .select({
      datanet: {
        id: datanets.id,
        name: datanets.name,
        goal: datanets.goal,
        purpose: datanets.purpose,
        guidelines: datanets.guidelines,
        guidelinesNumber: datanets.guidelinesNumber,
        labels: datanets.labels,
        fields: datanets.fields,
      },
      /** The guidelines under which this person decided last, where they have changed since. */
      guidelinesBefore: guidelineVersions.text,
      isOwner: sql<boolean>`${datanets.ownerId} = ${me}`,
      isValidator: datanetMembers.isValidator,
      counts: sql<QueueCounts>`(${queueCounts(datanetId, me, mine)})`,
    })
    .from(datanets)
    .leftJoin(
      datanetMembers,
      and(eq(datanetMembers.datanetId, datanets.id), eq(datanetMembers.accountId, me)),
    )
    .leftJoin(
      guidelineVersions,
      sql`${guidelineVersions.datanetId} = ${datanets.id} and ${guidelineVersions.number} = ${lastRead}
        and ${guidelineVersions.number} < ${datanets.guidelinesNumber}`,
    )
    .where(eq(datanets.id, datanetId));
  if (!found) throw notFound("Datanet");
  return { ...found, isValidator: found.isValidator ?? false };
}

/**
 * As JSON. What waits is counted by the index alone; what this person decided on, which is little, is taken off it.
 * While a decision can be taken back, it counts as one more row decided, whatever became of it: else the number would tell
 * that the other validator saw the row differently, or that its right answer is known, in time to change one's mind.
 */
function queueCounts(datanetId: string, me: string, mine: readonly string[]) {
  const isOwn = sql`(contributor_id = any(${accountArray(mine)}))`;
  const isYoung = sql`(v.created_at > now() - make_interval(secs => ${UNDO_WINDOW_MS / 1000}::float8))`;
  const isDisputed = sql`(reviews_wanted >= ${ADJUDICATED})`;
  return sql`
    with waiting as (
      select count(*) filter (where not ${isOwn} and not ${isDisputed}) as open,
        count(*) filter (where not ${isOwn} and ${isDisputed}) as disputed,
        count(*) filter (where ${isOwn}) as own
      from records where datanet_id = ${datanetId} and status = 'pending'
    ), by_person as materialized (
      select r.id, r.status, r.contributor_id, r.reviews_wanted, bool_or(v.validator_id = ${me}) as is_mine,
        bool_or(${isYoung}) as is_young
      from reviews v join records r on r.id = v.record_id
      where v.validator_id = any(${accountArray(mine)}) and r.datanet_id = ${datanetId} and v.basis = 'read'
      group by r.id
    ), done as (
      select count(*) filter (where is_mine) as all,
        count(*) filter (where status = 'pending' and not ${isDisputed} and not is_young) as second,
        count(*) filter (where status = 'pending' and ${isDisputed} and not is_young) as disputed,
        count(*) filter (where is_young) as young,
        count(*) filter (where is_young and status in ('pending', 'known')) as young_open,
        count(*) filter (where is_young and status = 'known') as young_known,
        count(*) filter (where status = 'pending' and not ${isDisputed} and not ${isOwn}) as not_open,
        count(*) filter (where status = 'pending' and ${isDisputed} and not ${isOwn}) as not_disputed
      from by_person
    ), held as (
      select count(*) as n from review_claims c join records r on r.id = c.record_id
      where c.datanet_id = ${datanetId} and c.validator_id <> ${me} and c.expires_at > now()
        and r.status = 'pending' and not ${isOwn} and not ${isDisputed}
        and not exists (select 1 from by_person b where b.id = r.id)
    )
    select json_build_object(
      'waiting', greatest(0, waiting.open - done.not_open - done.young_known),
      'claimedByOthers', held.n,
      'own', waiting.own,
      'second', done.second,
      'disputed', waiting.disputed - done.not_disputed,
      'disputedByMe', done.disputed,
      'decided', (select count(*) from records d
        where d.datanet_id = ${datanetId} and d.status in ('accepted', 'rejected', 'sent_back'))
        + done.young_open,
      'decidedByMe', done.all,
      'young', done.young)
    from waiting, done, held`;
}
