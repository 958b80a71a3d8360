import { sql } from "drizzle-orm";
import type { RowTexts } from "@/db/schema/review";
import type { RejectReason } from "@/db/schema/review.constants";
import type { Context } from "@/server/context";
import { REJECT_REASON_WORDS } from "@/server/review/schemas";
import { mendLine } from "./bad-rows";
import { ROLES } from "./intake/mapping";
import { ADDED_PREFIX, ROW_COLUMN } from "./intake/mended";
import { requireOwnContribution } from "./policy";

const PAGE = 1_000;
const ADDED = [ROW_COLUMN, `${ADDED_PREFIX}decision`, `${ADDED_PREFIX}why`];

type Row = RowTexts & {
  rowNumber: number;
  status: "sent_back" | "rejected";
  reason: RejectReason | null;
  note: string | null;
  spans: { field: keyof RowTexts; start: number; end: number; note: string }[] | null;
};

/** The rows of one's own contribution that were sent back or rejected as CSV: their texts, then row number and reason. */
export async function exportToMend(ctx: Context, contributionId: string) {
  const { fileName } = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const name = fileName.replace(/\.[A-Za-z0-9]{1,8}$/, "");
  return { fileName: `rows to mend of ${name}.csv`, lines: lines(ctx, contributionId) };
}

async function* lines(ctx: Context, contributionId: string): AsyncGenerator<string> {
  yield mendLine([...ROLES, ...ADDED]);
  for (let after = 0; ; ) {
    const { rows } = await ctx.db.execute<Row>(sql`
      select r.row_number as "rowNumber", r.status, r.prompt, r.answer, r.system, r.category, r.source,
        v.reason, v.note, v.spans
      from records r left join lateral (
        select reason, note, spans from reviews where record_id = r.id and decision <> 'accept'
        order by (part = 'adjudication') desc, created_at desc limit 1) v on true
      where r.contribution_id = ${contributionId} and r.status in ('sent_back', 'rejected')
        and r.row_number > ${after}
      order by r.row_number limit ${PAGE}`);
    for (const row of rows) {
      after = row.rowNumber;
      yield mendLine([
        ...ROLES.map((role) => row[role]),
        String(row.rowNumber),
        row.status === "sent_back" ? "Sent back" : "Rejected",
        why(row),
      ]);
    }
    if (rows.length < PAGE) return;
  }
}

function why({ reason, note, spans, ...texts }: Row): string {
  const said = [reason && REJECT_REASON_WORDS[reason], note].filter(Boolean).join(": ");
  const parts = (spans ?? []).map(
    ({ field, start, end, note }) => `"${texts[field].slice(start, end)}": ${note}`,
  );
  return [said, ...parts].filter(Boolean).join("; ") || "Nobody read it: the sampling plan sent it back";
}
