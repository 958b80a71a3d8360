import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { contributions, findings } from "@/db/schema";
import type { Repair } from "@/db/schema/contribution";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { LATE_CODES, REPAIRS } from "./health/findings";
import { requireOwnContribution } from "./policy";
import { readAgain } from "./read-again";
import type { RepairInput, UnrepairInput } from "./schemas";

/** More presses than this on one file are better made in the file itself. */
const REPAIRS_MOST = 500;

/**
 * Mends or leaves out what a finding is about, for these rows or for all of them, and has the file read anew so.
 * Errors: NOT_FOUND, REPAIR_UNKNOWN and NOTHING_TO_REPAIR (400), TOO_MANY_REPAIRS and NOT_EDITABLE (409).
 */
export async function repairContribution(
  ctx: SignedInContext,
  { contributionId, code, action, rows }: z.output<typeof RepairInput>,
): Promise<void> {
  await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  if (!REPAIRS[code]?.includes(action)) throw repairUnknown(code, action);
  await ctx.db.transaction(async (tx) => {
    // What only the whole file shows is gone once its rows are: they are named now.
    const named = rows ?? (LATE_CODES.includes(code) ? await rowsWith(tx, contributionId, code) : null);
    if (named?.length === 0) throw nothingToRepair(code);
    const repair: Repair = { code, action, rows: named };
    await changeRepairs(ctx, tx, contributionId, "contribution.repair", repair, (before) => [
      ...before.filter((other) => !isSame(other, repair)),
      repair,
    ]);
  });
}

/** Takes one repair back, or all of a code; the file is read anew without it. Errors: as repairContribution. */
export async function unrepairContribution(
  ctx: SignedInContext,
  { contributionId, code, action, rows }: z.output<typeof UnrepairInput>,
): Promise<void> {
  await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const isMeant = (repair: Repair) =>
    repair.code === code && (action === undefined || repair.action === action);
  await ctx.db.transaction((tx) =>
    changeRepairs(ctx, tx, contributionId, "contribution.unrepair", { code, action, rows }, (before) => {
      const after = before.flatMap((repair) => (isMeant(repair) ? without(repair, rows) : [repair]));
      if (JSON.stringify(after) === JSON.stringify(before)) throw nothingToRepair(code);
      return after;
    }),
  );
}

const isSame = (a: Repair, b: Repair) =>
  a.code === b.code &&
  (b.rows === null || (a.action === b.action && JSON.stringify(a.rows) === JSON.stringify(b.rows)));

/** A repair of every row cannot be taken back for some of them: those rows are then named one by one. */
function without(repair: Repair, rows: number[] | null | undefined): Repair[] {
  if (!rows || repair.rows === null) return [];
  const left = repair.rows.filter((row) => !rows.includes(row));
  return left.length === 0 ? [] : [{ ...repair, rows: left }];
}

async function rowsWith(tx: Transaction, contributionId: string, code: string): Promise<number[]> {
  const found = await tx
    .selectDistinct({ row: findings.row })
    .from(findings)
    .where(
      and(eq(findings.contributionId, contributionId), eq(findings.code, code), isNotNull(findings.row)),
    );
  return found.map(({ row }) => row!).sort((a, b) => a - b);
}

async function changeRepairs(
  ctx: SignedInContext,
  tx: Transaction,
  contributionId: string,
  action: "contribution.repair" | "contribution.unrepair",
  asked: { code: string; action?: string; rows?: number[] | null },
  change: (before: Repair[]) => Repair[],
): Promise<void> {
  const [row] = await tx
    .select({ repairs: contributions.repairs })
    .from(contributions)
    .where(eq(contributions.id, contributionId))
    .for("update");
  const repairs = change(row?.repairs ?? []);
  if (repairs.length > REPAIRS_MOST) throw tooManyRepairs();
  await readAgain(tx, contributionId, { repairs: sql`${JSON.stringify(repairs)}::jsonb` });
  await appendAudit(tx, {
    actorId: ctx.actor.accountId,
    action,
    subject: `contribution:${contributionId}`,
    data: { code: asked.code, action: asked.action ?? null, rows: asked.rows?.length ?? null },
  });
}

const repairUnknown = (code: string, action: string) =>
  new AppError(
    "BAD_REQUEST",
    "REPAIR_UNKNOWN",
    `There is no repair "${action}" for ${code}.`,
    "Mend these rows in the file and upload it again.",
  );

const nothingToRepair = (code: string) =>
  new AppError(
    "BAD_REQUEST",
    "NOTHING_TO_REPAIR",
    `No row is concerned by ${code}.`,
    "Look at the report again.",
  );

const tooManyRepairs = () =>
  new AppError(
    "CONFLICT",
    "TOO_MANY_REPAIRS",
    `More than ${REPAIRS_MOST} repairs were pressed on this file.`,
    "Repair all rows of a kind at once, or mend the file itself.",
  );
