import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { DatabaseOrTransaction } from "@/db/client";
import { datanetMembers, datanets, guidelineVersions, records, reviews } from "@/db/schema";
import { SAMPLING_MINIMUM } from "@/db/schema/review.constants";
import { requireReadableDatanet } from "@/server/access/require";
import { accountsOfPerson } from "@/server/account/person";
import { askerId, type Context } from "@/server/context";
import { notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireRowReviewer } from "./policy";
import { accountArray } from "./reviewers";
import type { ItemContextInput } from "./schemas";
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
    with made as (
      select count(distinct v.record_id)::int as read,
        count(distinct v.record_id) filter (where v.decision = 'reject')::int as "readRejected"
      from records r join reviews v on v.record_id = r.id
      where r.contribution_id = ${contributionId} and v.basis = 'read' and v.part in ('decision', 'adjudication')
    ), held as (
      select count(*)::int as rows, count(*) filter (where status = 'pending')::int as pending
      from records
      where contribution_id = ${contributionId} and status in ('pending', 'accepted', 'rejected', 'sent_back')
    )
    select c.id, c.file_name as "fileName", c.plan is not null as "hasPlan", held.*, made.*
    from contributions c, held, made
    where c.id = ${contributionId}`);
  const { hasPlan, ...progress } = rows[0]!;
  const isRestAcceptable = !hasPlan && progress.pending > 0 && progress.read >= SAMPLING_MINIMUM;
  return { ...progress, isRestAcceptable };
}

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
    where r.datanet_id = mine.datanet_id and r.prompt = mine.prompt and r.status = 'accepted'
      and r.answer <> mine.answer
      and not exists (select 1 from snapshot_records s where s.record_id = r.id and s.sealed)
    order by r.answer limit ${OTHER_ANSWERS}`);
  return {
    contribution: await contributionProgress(ctx.db, contributionId),
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
};

/** The queue as this person sees it, with what the screen needs of the Datanet, in one question. */
export async function getQueue(ctx: Context, datanetId: string) {
  await requireReadableDatanet(ctx, datanetId);
  const me = askerId(ctx);
  const mine = ctx.actor ? await accountsOfPerson(ctx.db, me) : [me];
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

/** As JSON. In two steps by the index on status: what waits is small, and what is decided need only be counted. */
function queueCounts(datanetId: string, me: string, mine: readonly string[]) {
  const isOwn = sql`r.contributor_id = any(${accountArray(mine)})`;
  const isOpen = sql`not ${isOwn} and v.record_id is null and r.reviews_wanted < ${ADJUDICATED}`;
  return sql`
    select json_build_object(
      'waiting', count(*) filter (where ${isOpen}),
      'claimedByOthers', count(*) filter (where ${isOpen} and c.validator_id <> ${me} and c.expires_at > now()),
      'own', count(*) filter (where ${isOwn}),
      'second', count(*) filter (where v.record_id is not null and r.reviews_wanted < ${ADJUDICATED}),
      'disputed', count(*) filter (
        where not ${isOwn} and v.record_id is null and r.reviews_wanted >= ${ADJUDICATED}),
      'disputedByMe', count(*) filter (where v.record_id is not null and r.reviews_wanted >= ${ADJUDICATED}),
      'decided', (select count(*) from ${records} d
        where d.datanet_id = ${datanetId} and d.status in ('accepted', 'rejected', 'sent_back')),
      'decidedByMe', (select count(*) from ${reviews} v join ${records} mine on mine.id = v.record_id
        where v.validator_id = ${me} and mine.datanet_id = ${datanetId} and v.basis = 'read'))
    from records r
    left join review_claims c on c.record_id = r.id
    left join (
      select distinct record_id from reviews where validator_id = any(${accountArray(mine)})
    ) v on v.record_id = r.id
    where r.datanet_id = ${datanetId} and r.status = 'pending'`;
}
