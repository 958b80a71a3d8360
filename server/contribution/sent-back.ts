import { sql } from "drizzle-orm";
import type { RowTexts } from "@/db/schema/review";
import type { RejectReason } from "@/db/schema/review.constants";
import type { SignedInContext } from "@/server/trpc";
import { requireOwnContribution } from "./policy";

export type SentBackRow = RowTexts & {
  recordId: string;
  rowNumber: number;
  revision: number;
  /** Why, by whoever settled it; no name. */
  reason: RejectReason | null;
  note: string | null;
  /** Notes on parts of its texts; positions count UTF-16 units. */
  spans: { field: keyof RowTexts; start: number; end: number; note: string }[];
};

/** More are shown once these are mended. */
const MOST = 200;

/** The rows of one's own contribution that wait to be mended, in the order of the file. */
export async function listSentBack(ctx: SignedInContext, contributionId: string): Promise<SentBackRow[]> {
  await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const { rows } = await ctx.db.execute<SentBackRow>(sql`
    select r.id as "recordId", r.row_number as "rowNumber", r.revision, r.prompt, r.answer, r.system, r.category,
      r.source, v.reason, v.note, v.spans
    from records r left join lateral (
      select reason, note, spans from reviews where record_id = r.id and decision = 'send_back'
      order by (part = 'adjudication') desc, created_at desc limit 1) v on true
    where r.contribution_id = ${contributionId} and r.status = 'sent_back'
    order by r.row_number limit ${MOST}`);
  return rows;
}
