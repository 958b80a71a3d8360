import { and, asc, eq, inArray, isNotNull } from "drizzle-orm";
import type { z } from "zod";
import { type contributions, datanets, findings, records, rowProblems } from "@/db/schema";
import type { Context } from "@/server/context";
import { readRaw } from "./bad-rows";
import { TEXT_FIXES, TEXT_ROLES } from "./health/check-row";
import { RepairPlan, readRow } from "./health/repairs";
import { TRAINED_TOKENS } from "./health/report";
import { findSecrets } from "./health/secrets";
import { redact } from "./health/span";
import { requireOwnContribution } from "./policy";
import type { RepairPreviewInput } from "./schemas";
import type { StoredInspection } from "./stored-inspection";

/** One text of a row as it stands and as the repair would leave it. */
export type RepairChange = { row: number; column: string; before: string; after: string };
type Asked = z.output<typeof RepairPreviewInput>;

/**
 * What a repair would change in the first rows that it concerns, worked out from what is stored; nothing is written. A
 * row that holds a key is not stored, so nothing of it can be shown. Error: NOT_FOUND.
 */
export async function previewRepair(ctx: Context, asked: Asked): Promise<{ items: RepairChange[] }> {
  const contribution = await requireOwnContribution(ctx.db, ctx.actor, asked.contributionId);
  const items = TEXT_FIXES[asked.code]
    ? await changesOfKept(ctx, contribution, asked)
    : await changesOfSetAside(ctx, contribution, asked);
  return { items };
}

type Contribution = typeof contributions.$inferSelect;

async function changesOfKept(ctx: Context, { id, mapping }: Contribution, asked: Asked) {
  const { code, limit } = asked;
  const concerned = await ctx.db
    .selectDistinct({ row: findings.row })
    .from(findings)
    .where(
      and(
        eq(findings.contributionId, id),
        eq(findings.code, code),
        isNotNull(findings.row),
        asked.rows ? inArray(findings.row, asked.rows) : undefined,
      ),
    )
    .orderBy(asc(findings.row))
    .limit(limit);
  if (concerned.length === 0) return [];
  const texts = await ctx.db
    .select()
    .from(records)
    .where(
      and(
        eq(records.contributionId, id),
        inArray(
          records.rowNumber,
          concerned.map(({ row }) => row!),
        ),
      ),
    )
    .orderBy(asc(records.rowNumber));
  return texts.flatMap((text) =>
    TEXT_ROLES.flatMap((role): RepairChange[] => {
      const before = text[role];
      const after = TEXT_FIXES[code]!(before, role === "answer" ? text.prompt : "");
      if (before === after) return [];
      return [{ row: text.rowNumber, column: mapping?.[role] ?? role, before, after }];
    }),
  );
}

async function changesOfSetAside(ctx: Context, contribution: Contribution, asked: Asked) {
  const { id, datanetId, mapping: stored } = contribution;
  const mapping = stored ?? {};
  const inspection = contribution.inspection as StoredInspection | null;
  const [rules] = await ctx.db
    .select({ goal: datanets.goal, labels: datanets.labels, fields: datanets.fields })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  const bad = await ctx.db
    .select({ row: rowProblems.row, raw: rowProblems.raw })
    .from(rowProblems)
    .where(
      and(
        eq(rowProblems.contributionId, id),
        eq(rowProblems.code, asked.code),
        asked.rows ? inArray(rowProblems.row, asked.rows) : undefined,
      ),
    )
    .orderBy(asc(rowProblems.row))
    .limit(asked.limit);
  const plan = new RepairPlan([{ code: asked.code, action: "fix", rows: null }]);
  return bad.flatMap(({ row, raw }): RepairChange[] => {
    const cells = readRaw(raw ?? "", inspection, mapping);
    if (row === null || !cells) return [];
    const read = readRow(
      { rowNumber: row, line: row, fields: cells },
      { mapping, ...rules! },
      { mapping, contextTokens: TRAINED_TOKENS },
      plan,
    );
    if ("code" in read) return [];
    return TEXT_ROLES.flatMap((role): RepairChange[] => {
      const column = mapping[role];
      const before = masked((column && cells[column]) || "");
      const after = masked(read.row[role]);
      return column && before !== after ? [{ row, column, before, after }] : [];
    });
  });
}

const masked = (text: string) => redact(text, findSecrets(text));
