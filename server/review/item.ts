import { and, eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { contributions, records, reviewClaims, reviewDrafts } from "@/db/schema";
import type { RowTexts, SpanNote } from "@/db/schema/review";
import type { Decision, RejectReason } from "@/db/schema/review.constants";
import { checkRow } from "@/server/contribution/health/check-row";
import { CHECKS } from "@/server/contribution/revision";
import type { Draft } from "./schemas";
import { ADJUDICATED } from "./settle";

/** What fills the screen: one row, how long it is held, and what is known of it and of the file it came in. */
export type ReviewItem = RowTexts & {
  recordId: string;
  rowNumber: number;
  revision: number;
  /** Milliseconds left by the database's clock, so a wrong clock in the browser does not matter. */
  claimLeftMs: number;
  /** What the intake says of the row. */
  findings: ItemFinding[];
  /** The two that disagree, in no order that says who; empty while one's own decision is to be independent. */
  earlier: EarlierDecision[];
  /** The row before its contributor mended it, and why it was sent back. */
  before: (RowTexts & { reason: RejectReason | null; note: string | null }) | null;
  draft: Draft | null;
  contribution: { id: string; fileName: string };
};

export type ItemFinding = {
  code: string;
  column: string | null;
  severity: string;
  message: string;
  spans: { start: number; end: number }[];
};

export type EarlierDecision = {
  decision: Decision;
  reason: RejectReason | null;
  note: string | null;
  spans: SpanNote[];
  fixed: RowTexts | null;
};

type Found = Omit<ItemFinding, "spans"> & { detail: Record<string, unknown> };
const FOUND = sql`(
  select coalesce(json_agg(json_build_object('code', f.code, 'column', f.column, 'severity', f.severity,
    'message', f.message, 'detail', f.detail) order by f.code, f.id), '[]')
  from findings f
  where f.contribution_id = ${records.contributionId} and f.row = ${records.rowNumber} and f.severity = 'warning')`;

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
      status: records.status,
      revision: sql<number>`case when ${records.status} = 'known' then 1 else ${records.revision} end`,
      prompt: records.prompt,
      answer: records.answer,
      system: records.system,
      category: records.category,
      source: records.source,
      contributionId: records.contributionId,
      fileName: contributions.fileName,
      reviewsWanted: records.reviewsWanted,
      found: sql<
        Found[]
      >`case when ${records.status} = 'known' or ${records.revision} = 1 then ${FOUND} else '[]' end`,
      draft: reviewDrafts.draft,
      claimLeftMs: sql<number>`(extract(epoch from ${reviewClaims.expiresAt} - now()) * 1000)::int`,
    })
    .from(reviewClaims)
    .innerJoin(records, eq(records.id, reviewClaims.recordId))
    .innerJoin(contributions, eq(contributions.id, records.contributionId))
    .leftJoin(
      reviewDrafts,
      and(eq(reviewDrafts.recordId, records.id), eq(reviewDrafts.validatorId, validatorId)),
    )
    .where(
      and(
        eq(reviewClaims.recordId, recordId),
        eq(reviewClaims.validatorId, validatorId),
        sql`${reviewClaims.expiresAt} > now()`,
      ),
    );
  if (!row) return null;
  // A known-answer item looks like any other row.
  const { contributionId, fileName, reviewsWanted, draft, found, status: _, ...item } = row;
  return {
    ...item,
    draft: draft as Draft | null,
    findings: (item.revision > 1 ? ofRevision(item) : found).map(({ detail, ...finding }) => ({
      ...finding,
      spans: spansOf(detail),
    })),
    earlier: reviewsWanted >= ADJUDICATED ? await disagreement(db, recordId) : [],
    before: item.revision > 1 ? await revisionBefore(db, contributionId, item) : null,
    contribution: { id: contributionId, fileName },
  };
}

/** What the checks of a single row say of one that was mended: it is in no file that a report is about. */
function ofRevision(row: RowTexts & { rowNumber: number }): Found[] {
  return checkRow({ ...row, line: 0, rowHash: "" }, CHECKS)
    .findings.filter(({ severity }) => severity === "warning")
    .map(({ code, column, severity, message, detail }) => ({ code, column, severity, message, detail }));
}

/** Where the finding is, as far as it says so: `{ spans: [{ start, end }] }` or `[[start, end]]`, in UTF-16 units. */
function spansOf(detail: Record<string, unknown>): { start: number; end: number }[] {
  const given = Array.isArray(detail.spans) ? detail.spans : [];
  return given.flatMap((span: unknown) => {
    const [start, end] = Array.isArray(span)
      ? span
      : [(span as { start?: unknown } | null)?.start, (span as { end?: unknown } | null)?.end];
    return typeof start === "number" && typeof end === "number" && start < end ? [{ start, end }] : [];
  });
}

/** By their random ids: neither who nor who first. */
async function disagreement(db: DatabaseOrTransaction, recordId: string): Promise<EarlierDecision[]> {
  const { rows } = await db.execute<EarlierDecision>(sql`
    select decision, reason, note, spans, fixed from reviews
    where record_id = ${recordId} and part = 'decision' order by id`);
  return rows;
}

async function revisionBefore(
  db: DatabaseOrTransaction,
  contributionId: string,
  { rowNumber, revision }: { rowNumber: number; revision: number },
): Promise<ReviewItem["before"]> {
  const { rows } = await db.execute<NonNullable<ReviewItem["before"]>>(sql`
    select r.prompt, r.answer, r.system, r.category, r.source, v.reason, v.note
    from records r left join lateral (
      select reason, note from reviews where record_id = r.id and decision = 'send_back'
      order by created_at desc limit 1) v on true
    where r.contribution_id = ${contributionId} and r.row_number = ${rowNumber} and r.revision = ${revision - 1}`);
  return rows[0] ?? null;
}
