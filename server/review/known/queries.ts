import { sql } from "drizzle-orm";
import { requireReadableDatanet } from "@/server/access/require";
import type { Context } from "@/server/context";
import { requireOwner } from "@/server/datanet/policy";
import type { SignedInContext } from "@/server/trpc";
import { validatorStanding } from "./policy";

export type KnownListed = {
  recordId: string;
  prompt: string;
  answer: string;
  expected: "accept" | "reject";
  explanation: string;
  answered: number;
  right: number;
};

/** The owner's items with how they were answered; nobody else may see which they are. */
export async function listKnown(ctx: SignedInContext, datanetId: string) {
  await requireOwner(ctx.db, ctx.actor, datanetId);
  const { rows } = await ctx.db.execute<KnownListed>(sql`
    select r.id as "recordId", left(r.prompt, 300) as prompt, left(r.answer, 300) as answer, k.expected,
      k.explanation, count(v.id)::int as answered,
      count(v.id) filter (where (k.expected = 'accept') = (v.decision = 'accept'))::int as right
    from known_answers k join records r on r.id = k.record_id
    left join reviews v on v.record_id = r.id
    where k.datanet_id = ${datanetId} and r.status = 'known'
    group by r.id, k.record_id order by k.created_at desc, r.id limit 1000`);
  const { rows: share } = await ctx.db.execute<{ share: number }>(sql`
    select (review_rules ->> 'knownShare')::float8 as share from datanets where id = ${datanetId}`);
  return { items: rows, knownShare: share[0]!.share };
}

/** Whether the person asking decides on live rows or is in training; null for a visitor. Error: NOT_FOUND. */
export async function getStanding(ctx: Context, datanetId: string) {
  await requireReadableDatanet(ctx, datanetId);
  return ctx.actor ? validatorStanding(ctx.db, datanetId, ctx.actor.accountId) : null;
}
