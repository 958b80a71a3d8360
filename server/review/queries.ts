import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Database, DatabaseOrTransaction } from "@/db/client";
import { datanetMembers, datanets, guidelineVersions } from "@/db/schema";
import { SAMPLING_MINIMUM } from "@/db/schema/review.constants";
import { datanetItself, requireCan } from "@/server/access/can";
import { accountsOfPerson } from "@/server/account/person";
import { askerId, type Context } from "@/server/context";
import { notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { countQueue } from "./counts";
import { requireRowReviewer } from "./policy";
import type { ItemContextInput } from "./schemas";

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
      -- Of a row that waits for a second decision the first one is not told, not even as a number.
      select id from records
      where contribution_id = ${contributionId} and status in ('accepted', 'rejected', 'sent_back', 'replaced')
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

/** The queue as this person sees it, with what the screen needs of the Datanet. */
export async function getQueue(ctx: Context, datanetId: string) {
  const me = askerId(ctx);
  const counting = accountsOfAsker(ctx).then((mine) => countQueue(ctx.db, datanetId, me, mine));
  const [{ facts, ...head }, counts] = await Promise.all([readHead(ctx.db, datanetId, me), counting]);
  requireCan(ctx.actor, "datanet.read", datanetItself(facts));
  return { ...head, isOwner: facts.ownerId === me, isValidator: facts.isValidator ?? false, counts };
}

const accountsOfAsker = async (ctx: Context) =>
  ctx.actor ? accountsOfPerson(ctx.db, ctx.actor.accountId) : [];

async function readHead(db: Database, datanetId: string, me: string) {
  const lastRead = sql`(
    select v.guidelines_number from reviews v join records r on r.id = v.record_id
    where v.validator_id = ${me} and r.datanet_id = ${datanetId}
    order by v.created_at desc, v.id desc limit 1)`;
  const [found] = await db
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
      facts: {
        ownerId: datanets.ownerId,
        readAccess: datanets.readAccess,
        contributeAccess: datanets.contributeAccess,
        isSample: datanets.isSample,
        isValidator: sql<boolean | null>`${datanetMembers.isValidator}`,
      },
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
  return found;
}
