import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import { accounts, contributions, records, reviews } from "@/db/schema";
import type { Context } from "@/server/context";

const PAGE = 1_000;

/** Of no version's sealed test, in none of its revisions: those questions are never shown. */
const isNotSealed = sql`not exists (
  select 1 from snapshot_records s join records q on q.id = s.record_id
  where s.sealed and q.contribution_id = "records"."contribution_id" and q.row_number = "records"."row_number")`;

export type ExportedRow = {
  id: string;
  prompt: string;
  answer: string;
  system: string;
  category: string;
  source: string;
  contributor: string;
  contribution: string;
  contributionSha256: string;
  row: number;
  revision: number;
  licence: string;
  /** Decisions of people who read it, and whether it was accepted unread. */
  decisions: number;
  isSampled: boolean;
  /** The latest frozen version that holds it; null for one that is in none yet. */
  version: number | null;
};

/** The accepted rows with where they come from, a page at a time. Who asks is checked before. */
export async function* acceptedRows(ctx: Context, datanetId: string): AsyncGenerator<ExportedRow[]> {
  for (let after = NOBODY; ; ) {
    const page = await ctx.db
      .select({
        id: records.id,
        prompt: records.prompt,
        answer: records.answer,
        system: records.system,
        category: records.category,
        source: records.source,
        contributor: accounts.address,
        contribution: contributions.id,
        contributionSha256: contributions.fileSha256,
        row: records.rowNumber,
        revision: records.revision,
        licence: contributions.licence,
        decisions: sql<number>`(select count(*)::int from reviews v
          where v.record_id = ${records.id} and v.basis = 'read')`,
        isSampled: sql<boolean>`exists (select 1 from reviews v
          where v.record_id = ${records.id} and v.basis = 'sampled')`,
        version: sql<
          number | null
        >`(select max(p.number) from snapshot_records s join snapshots p on p.id = s.snapshot_id
          where s.record_id = ${records.id} and p.status = 'frozen')`,
      })
      .from(records)
      .innerJoin(contributions, eq(contributions.id, records.contributionId))
      .innerJoin(accounts, eq(accounts.id, records.contributorId))
      .where(
        and(
          eq(records.datanetId, datanetId),
          eq(records.status, "accepted"),
          gt(records.id, after),
          isNotSealed,
        ),
      )
      .orderBy(asc(records.id))
      .limit(PAGE);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

export type ExportedReview = {
  id: string;
  recordId: string;
  prompt: string;
  answer: string;
  validator: string;
  part: string;
  decision: string;
  reason: string | null;
  note: string | null;
  guidelinesNumber: number;
  tookMs: number | null;
  isSigned: boolean;
  decidedAt: Date;
};

/**
 * Decisions that were made by reading, a page at a time; those on known-answer items and on sealed test questions are
 * left out. Who asks is checked before.
 */
export async function* readDecisions(ctx: Context, datanetId: string): AsyncGenerator<ExportedReview[]> {
  for (let after = NOBODY; ; ) {
    const page = await ctx.db
      .select({
        id: reviews.id,
        recordId: reviews.recordId,
        prompt: records.prompt,
        answer: records.answer,
        validator: accounts.address,
        part: reviews.part,
        decision: reviews.decision,
        reason: reviews.reason,
        note: reviews.note,
        guidelinesNumber: reviews.guidelinesNumber,
        tookMs: reviews.tookMs,
        isSigned: sql<boolean>`${reviews.batchId} is not null`,
        decidedAt: reviews.createdAt,
      })
      .from(reviews)
      .innerJoin(records, eq(records.id, reviews.recordId))
      .innerJoin(accounts, eq(accounts.id, reviews.validatorId))
      .where(
        and(
          eq(records.datanetId, datanetId),
          eq(reviews.basis, "read"),
          inArray(reviews.part, ["decision", "adjudication"]),
          inArray(records.status, ["accepted", "rejected", "sent_back", "replaced"]),
          gt(reviews.id, after),
          isNotSealed,
        ),
      )
      .orderBy(asc(reviews.id))
      .limit(PAGE);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}
