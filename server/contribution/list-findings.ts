import { and, asc, count, countDistinct, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { findings } from "@/db/schema";
import type { Context } from "@/server/context";
import { REPAIRS } from "./health/findings";
import { requireOwnContribution } from "./policy";
import type { FindingsInput } from "./schemas";

const repairsOf = (code: string) => [...(REPAIRS[code] ?? [])];

/**
 * What the report says of the kept rows of one's own contribution, a page at a time; notes on the whole file come
 * first. `byCode` counts what is listed, whatever is asked for. Error: NOT_FOUND.
 */
export async function listFindings(ctx: Context, input: z.output<typeof FindingsInput>) {
  await requireOwnContribution(ctx.db, ctx.actor, input.contributionId);
  const own = eq(findings.contributionId, input.contributionId);
  const asked = and(
    own,
    input.code ? eq(findings.code, input.code) : undefined,
    input.severity ? eq(findings.severity, input.severity) : undefined,
  );
  const items = await ctx.db
    .select({
      row: findings.row,
      column: findings.column,
      code: findings.code,
      severity: findings.severity,
      message: findings.message,
      fix: findings.fix,
      detail: findings.detail,
    })
    .from(findings)
    .where(asked)
    .orderBy(sql`${findings.row} asc nulls first`, asc(findings.code), asc(findings.id))
    .limit(input.limit)
    .offset(input.offset);
  const byCode = await ctx.db
    .select({
      code: findings.code,
      severity: findings.severity,
      n: count(),
      rows: countDistinct(findings.row),
    })
    .from(findings)
    .where(own)
    .groupBy(findings.code, findings.severity)
    .orderBy(asc(findings.severity), asc(findings.code));
  return {
    items: items.map((item) => ({ ...item, repairs: repairsOf(item.code) })),
    total: await ctx.db.$count(findings, asked),
    byCode: byCode.map((one) => ({ ...one, repairs: repairsOf(one.code) })),
  };
}
