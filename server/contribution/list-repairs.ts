import { and, count, eq, sql } from "drizzle-orm";
import { findings, rowProblems } from "@/db/schema";
import type { Context } from "@/server/context";
import { requireOwnContribution } from "./policy";

/**
 * The repairs pressed on one's own contribution, in that order, with how many rows of the last reading each of them
 * mended or left out; what two presses share is counted for both. Error: NOT_FOUND.
 */
export async function listRepairs(ctx: Context, contributionId: string) {
  const { repairs } = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const code = sql<string>`jsonb_array_elements_text(${findings.detail} -> 'codes')`;
  const fixed = await ctx.db
    .select({ code, n: count() })
    .from(findings)
    .where(and(eq(findings.contributionId, contributionId), eq(findings.code, "REPAIRED")))
    .groupBy(sql`1`);
  const cause = sql<string>`substring(${rowProblems.message} from '[(]([A-Z_]+)[)]')`;
  const leftOut = await ctx.db
    .select({ code: cause, n: count() })
    .from(rowProblems)
    .where(and(eq(rowProblems.contributionId, contributionId), eq(rowProblems.code, "LEFT_OUT")))
    .groupBy(sql`1`);
  const n = (repair: (typeof repairs)[number]) => {
    const all = repair.action === "fix" ? fixed : leftOut;
    const ofCode = all.find((one) => one.code === repair.code)?.n ?? 0;
    return repair.rows === null ? ofCode : Math.min(ofCode, repair.rows.length);
  };
  return repairs.map((repair) => ({ ...repair, n: n(repair) }));
}
