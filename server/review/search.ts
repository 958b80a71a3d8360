import { type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Decision, RejectReason } from "@/db/schema/review.constants";
import { accountsOfPerson } from "@/server/account/person";
import { requireValidator } from "@/server/datanet/policy";
import type { SignedInContext } from "@/server/trpc";
import { holdsHidden } from "./hidden";
import { accountArray } from "./reviewers";
import { SEARCH_PAGE, type SearchInput } from "./schemas";
import { ADJUDICATED } from "./settle";

export type FoundRow = {
  recordId: string;
  rowNumber: number;
  fileName: string;
  prompt: string;
  answer: string;
  category: string;
  isHeldByOther: boolean;
  hasHidden: boolean;
  /** What this validator decided; null for a row that waits. */
  decision: Decision | null;
  reason: RejectReason | null;
  /** Share of letter triples in common with the row that was asked about, 0 to 1; null when none was. */
  similarity: number | null;
};

/**
 * Rows of the queue that match, or what this validator decided. Who gave a row is not told with it. Disputed rows are
 * left out: they are settled one by one, with both decisions in sight.
 * Errors: NOT_VALIDATOR (403), NOT_FOUND.
 */
export async function searchQueue(
  ctx: SignedInContext,
  input: z.output<typeof SearchInput>,
): Promise<{ rows: FoundRow[]; total: number }> {
  await requireValidator(ctx.db, ctx.actor, input.datanetId);
  const me = ctx.actor.accountId;
  const mine = await accountsOfPerson(ctx.db, me);
  const from = input.of === "mine" ? decidedByMe(me) : waitingForMe(me, mine);
  const where = sql.join([sql`r.datanet_id = ${input.datanetId}`, ...filters(input)], sql` and `);
  const near = input.similarTo
    ? sql`similarity(r.prompt || E'\n' || r.answer, (
        select n.prompt || E'\n' || n.answer from records n
        where n.id = ${input.similarTo} and n.datanet_id = ${input.datanetId}))::float8`
    : sql`null::float8`;
  const order = input.similarTo
    ? sql`similarity desc nulls last, r.id`
    : input.of === "mine"
      ? sql`v.created_at desc, r.id`
      : sql`c.file_name, r.contribution_id, r.row_number`;
  const { rows } = await ctx.db.execute<FoundRow & { total: number }>(sql`
    select r.id as "recordId", r.row_number as "rowNumber", c.file_name as "fileName", r.prompt, r.answer, r.category,
      exists (select 1 from review_claims l
        where l.record_id = r.id and l.validator_id <> ${me} and l.expires_at > now()) as "isHeldByOther",
      ${holdsHidden(sql`r`)} as "hasHidden", v.decision, v.reason, ${near} as similarity, count(*) over ()::int as total
    from records r join contributions c on c.id = r.contribution_id ${from} and ${where}
    order by ${order} limit ${SEARCH_PAGE} offset ${input.offset}`);
  return { rows: rows.map(({ total: _total, ...row }) => row), total: rows[0]?.total ?? 0 };
}

const decidedByMe = (me: string) => sql`
  join reviews v on v.record_id = r.id and v.validator_id = ${me} and v.basis = 'read'
  where true`;

/** With the known-answer item in hand, if it is one: missing here, it would be the row that does not wait. */
const waitingForMe = (me: string, mine: readonly string[]) => sql`
  left join reviews v on v.record_id = r.id and v.validator_id = any(${accountArray(mine)})
  where (r.status = 'pending' or (r.status = 'known' and exists (select 1 from review_claims h
      where h.record_id = r.id and h.validator_id = ${me} and h.expires_at > now())))
    and r.reviews_wanted < ${ADJUDICATED} and v.id is null and not (r.contributor_id = any(${accountArray(mine)}))`;

function filters(input: z.output<typeof SearchInput>): SQL[] {
  const found: SQL[] = [];
  if (input.text) {
    const pattern = `%${input.text.replace(/[\\%_]/g, "\\$&")}%`;
    found.push(sql`(r.prompt ilike ${pattern} or r.answer ilike ${pattern})`);
  }
  if (input.contributionId) found.push(sql`r.contribution_id = ${input.contributionId}`);
  if (input.contributorId) found.push(sql`r.contributor_id = ${input.contributorId}`);
  if (input.category !== undefined) found.push(sql`r.category = ${input.category}`);
  if (input.findingCode) {
    found.push(sql`r.revision = 1 and exists (select 1 from findings f
      where f.contribution_id = r.contribution_id and f.row = r.row_number and f.code = ${input.findingCode})`);
  }
  if (input.similarTo) found.push(sql`r.id <> ${input.similarTo}`);
  return found;
}

/** What the queue can be filtered by: only what rows that wait have. */
export async function searchFacets(ctx: SignedInContext, datanetId: string) {
  await requireValidator(ctx.db, ctx.actor, datanetId);
  const mine = await accountsOfPerson(ctx.db, ctx.actor.accountId);
  const open = sql`r.datanet_id = ${datanetId} and r.status = 'pending'
    and not (r.contributor_id = any(${accountArray(mine)}))`;
  const files = ctx.db.execute<{ id: string; fileName: string; rows: number }>(sql`
    select c.id, c.file_name as "fileName", count(*)::int as rows
    from records r join contributions c on c.id = r.contribution_id where ${open}
    group by c.id order by c.file_name, c.id limit 200`);
  const people = ctx.db.execute<{ id: string; name: string | null; address: string; rows: number }>(sql`
    select a.id, a.name, a.address, count(*)::int as rows
    from records r join accounts a on a.id = r.contributor_id where ${open}
    group by a.id order by a.name nulls last, a.address limit 200`);
  const categories = ctx.db.execute<{ category: string; rows: number }>(sql`
    select r.category, count(*)::int as rows from records r where ${open} and r.category <> ''
    group by r.category order by rows desc, r.category limit 100`);
  const codes = ctx.db.execute<{ code: string; rows: number }>(sql`
    select f.code, count(distinct r.id)::int as rows
    from records r join findings f on f.contribution_id = r.contribution_id and f.row = r.row_number
    where ${open} and r.revision = 1 and f.severity = 'warning'
    group by f.code order by rows desc, f.code limit 100`);
  return {
    contributions: (await files).rows,
    contributors: (await people).rows,
    categories: (await categories).rows,
    codes: (await codes).rows,
  };
}
