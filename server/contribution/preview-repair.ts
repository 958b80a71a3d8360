import { and, asc, eq, inArray } from "drizzle-orm";
import type { z } from "zod";
import { findings, records } from "@/db/schema";
import type { Context } from "@/server/context";
import { TEXT_FIXES, TEXT_ROLES } from "./health/check-row";
import { requireOwnContribution } from "./policy";
import type { RepairPreviewInput } from "./schemas";

export type RepairChange = { row: number; column: string; before: string; after: string };

/**
 * What a fix would make of the rows of one's own contribution: each text before and after. Rows that are set aside
 * are not stored as they were written, so a fix of SECRET_FOUND has nothing to show. Error: NOT_FOUND.
 */
export async function previewRepair(
  ctx: Context,
  { contributionId, code, rows, limit }: z.output<typeof RepairPreviewInput>,
): Promise<{ items: RepairChange[] }> {
  const { mapping } = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const fix = TEXT_FIXES[code];
  if (!fix) return { items: [] };
  const concerned = ctx.db
    .select({ row: findings.row })
    .from(findings)
    .where(and(eq(findings.contributionId, contributionId), eq(findings.code, code)));
  const texts = await ctx.db
    .select()
    .from(records)
    .where(
      and(
        eq(records.contributionId, contributionId),
        inArray(records.rowNumber, concerned),
        rows ? inArray(records.rowNumber, rows) : undefined,
      ),
    )
    .orderBy(asc(records.rowNumber))
    .limit(limit);
  const items = texts.flatMap((text) =>
    TEXT_ROLES.flatMap((role): RepairChange[] => {
      const before = text[role];
      const after = fix(before, "");
      return after === before
        ? []
        : [{ row: text.rowNumber, column: mapping?.[role] ?? role, before, after }];
    }),
  );
  return { items };
}
