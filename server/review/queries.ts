import { and, eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { datanetMembers, datanets, records, reviewClaims, reviews } from "@/db/schema";
import { SAMPLING_MINIMUM } from "@/db/schema/review.constants";
import { askerId, type Context } from "@/server/context";
import { notFound } from "@/server/errors";

/** What fills the screen: one row, how long it is held, and what is known of the file it came in. */
export type ReviewItem = {
  recordId: string;
  rowNumber: number;
  prompt: string;
  answer: string;
  system: string;
  category: string;
  source: string;
  /** Milliseconds left by the database's clock, so a wrong clock in the browser does not matter. */
  claimLeftMs: number;
  contribution: ContributionProgress;
};

export type ContributionProgress = {
  id: string;
  fileName: string;
  rows: number;
  pending: number;
  /** Decisions made by reading the row; `rest` may be accepted once there are enough. */
  read: number;
  readRejected: number;
  isRestAcceptable: boolean;
};

/** The item that this validator holds, or null when the claim has run out. */
export async function getHeldItem(
  db: DatabaseOrTransaction,
  validatorId: string,
  recordId: string,
): Promise<ReviewItem | null> {
  const [row] = await db
    .select({
      recordId: records.id,
      rowNumber: records.rowNumber,
      prompt: records.prompt,
      answer: records.answer,
      system: records.system,
      category: records.category,
      source: records.source,
      contributionId: records.contributionId,
      claimLeftMs: sql<number>`(extract(epoch from ${reviewClaims.expiresAt} - now()) * 1000)::int`,
    })
    .from(reviewClaims)
    .innerJoin(records, eq(records.id, reviewClaims.recordId))
    .where(
      and(
        eq(reviewClaims.recordId, recordId),
        eq(reviewClaims.validatorId, validatorId),
        sql`${reviewClaims.expiresAt} > now()`,
      ),
    );
  if (!row) return null;
  const { contributionId, ...item } = row;
  return { ...item, contribution: await contributionProgress(db, contributionId) };
}

export async function contributionProgress(
  db: DatabaseOrTransaction,
  contributionId: string,
): Promise<ContributionProgress> {
  const { rows } = await db.execute<
    Omit<ContributionProgress, "isRestAcceptable"> & { hasPlan: boolean }
  >(sql`
    select c.id, c.file_name as "fileName",
      count(r.id)::int as rows,
      count(r.id) filter (where r.status = 'pending')::int as pending,
      count(v.id)::int as read,
      count(v.id) filter (where v.decision = 'reject')::int as "readRejected",
      c.plan is not null as "hasPlan"
    from contributions c
    left join records r on r.contribution_id = c.id and r.status not in ('draft', 'known')
    left join reviews v on v.record_id = r.id and v.basis = 'read'
    where c.id = ${contributionId}
    group by c.id`);
  const { hasPlan, ...progress } = rows[0]!;
  const isRestAcceptable = !hasPlan && progress.pending > 0 && progress.read >= SAMPLING_MINIMUM;
  return { ...progress, isRestAcceptable };
}

export type QueueCounts = {
  /** Rows in the queue that this person may decide on, and those of them that others hold just now. */
  waiting: number;
  claimedByOthers: number;
  /** Rows in the queue that this person contributed. */
  own: number;
  decided: number;
  decidedByMe: number;
};

/** The queue as this person sees it, with what the screen needs of the Datanet, in one question. */
export async function getQueue(ctx: Context, datanetId: string) {
  const [found] = await ctx.db
    .select({
      datanet: {
        id: datanets.id,
        name: datanets.name,
        goal: datanets.goal,
        purpose: datanets.purpose,
        guidelines: datanets.guidelines,
        labels: datanets.labels,
        fields: datanets.fields,
      },
      isValidator: datanetMembers.isValidator,
      counts: sql<QueueCounts>`(${queueCounts(ctx, datanetId)})`,
    })
    .from(datanets)
    .leftJoin(
      datanetMembers,
      and(eq(datanetMembers.datanetId, datanets.id), eq(datanetMembers.accountId, askerId(ctx))),
    )
    .where(eq(datanets.id, datanetId));
  if (!found) throw notFound("Datanet");
  return { ...found, isValidator: found.isValidator ?? false };
}

/** As JSON. In two steps by the index on status: what waits is small, and what is decided need only be counted. */
function queueCounts(ctx: Context, datanetId: string) {
  const me = askerId(ctx);
  return sql`
    select json_build_object(
      'waiting', count(*) filter (where r.contributor_id <> ${me}),
      'claimedByOthers', count(*) filter (
        where r.contributor_id <> ${me} and c.validator_id <> ${me} and c.expires_at > now()
      ),
      'own', count(*) filter (where r.contributor_id = ${me}),
      'decided', (select count(*) from ${records} d
        where d.datanet_id = ${datanetId} and d.status in ('accepted', 'rejected')),
      'decidedByMe', (select count(*) from ${reviews} v join ${records} mine on mine.id = v.record_id
        where v.validator_id = ${me} and mine.datanet_id = ${datanetId} and v.basis = 'read'))
    from records r left join review_claims c on c.record_id = r.id
    where r.datanet_id = ${datanetId} and r.status = 'pending'`;
}
