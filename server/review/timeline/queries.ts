import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { auditLog, influenceScores, records, snapshotRecords, snapshots, trainingRuns } from "@/db/schema";
import type { RejectReason } from "@/db/schema/review.constants";
import { isReadableRun } from "@/server/access/visible";
import type { Context } from "@/server/context";
import { requireOwnContribution } from "@/server/contribution/policy";
import { getInfluence } from "@/server/influence/queries";
import { settledReads } from "../plan/reads";

export type TimelineStep =
  | { kind: "uploaded" | "submitted" | "firstDecision" | "reviewed"; at: Date }
  | {
      kind: "verdict";
      at: Date;
      verdict: "accepted" | "rejected";
      isAudit: boolean;
      read: number;
      defects: number;
    }
  | { kind: "version"; at: Date; number: number; snapshotId: string; rows: number };

/**
 * What happened to one's own contribution, in order, how long rows of this Datanet wait for their decision (median),
 * and what a run found of them. Errors: NOT_FOUND for anybody else.
 */
export async function getTimeline(ctx: Context, contributionId: string) {
  const own = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const [facts, verdicts, versions, waitMs, learned] = await Promise.all([
    reviewTimes(ctx.db, contributionId),
    planVerdicts(ctx.db, contributionId),
    versionsWith(ctx.db, contributionId),
    medianWait(ctx.db, own.datanetId),
    whatWasLearned(ctx, contributionId),
  ]);
  const steps: TimelineStep[] = [
    { kind: "uploaded", at: own.createdAt },
    ...(own.submittedAt ? [{ kind: "submitted" as const, at: own.submittedAt }] : []),
    ...(facts.first ? [{ kind: "firstDecision" as const, at: new Date(facts.first) }] : []),
    ...verdicts,
    ...(own.status === "reviewed" && facts.last
      ? [{ kind: "reviewed" as const, at: latest(new Date(facts.last), verdicts.at(-1)?.at) }]
      : []),
    ...versions,
  ];
  return {
    steps: steps.sort((a, b) => a.at.getTime() - b.at.getTime()),
    medianWaitMs: waitMs,
    learned,
  };
}

/** A verdict is written in the transaction that closes the contribution, a moment after its decision. */
const latest = (a: Date, b: Date | undefined) => (b && b > a ? b : a);

async function reviewTimes(db: DatabaseOrTransaction, contributionId: string) {
  const { rows } = await db.execute<{ first: string | null; last: string | null }>(sql`
    select min(v.created_at) as first, max(v.created_at) as last
    from reviews v join records r on r.id = v.record_id
    where r.contribution_id = ${contributionId} and r.status <> 'known'`);
  return rows[0]!;
}

/** Verdicts that still stand or were overruled by the audit; one taken back is not told. */
async function planVerdicts(db: DatabaseOrTransaction, contributionId: string): Promise<TimelineStep[]> {
  const rows = await db
    .select({ action: auditLog.action, data: auditLog.data, at: auditLog.createdAt })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.subject, `contribution:${contributionId}`),
        inArray(auditLog.action, ["plan.accepted", "plan.rejected", "plan.takeBack"]),
      ),
    )
    .orderBy(asc(auditLog.seq));
  const steps: TimelineStep[] = [];
  for (const { action, data, at } of rows) {
    if (action === "plan.takeBack") {
      steps.pop();
      continue;
    }
    steps.push({
      kind: "verdict",
      at,
      verdict: action === "plan.accepted" ? "accepted" : "rejected",
      isAudit: data.isAudit === true,
      read: Number(data.read),
      defects: Number(data.defects),
    });
  }
  return steps;
}

async function versionsWith(db: DatabaseOrTransaction, contributionId: string): Promise<TimelineStep[]> {
  const rows = await db
    .select({
      snapshotId: snapshots.id,
      number: snapshots.number,
      at: snapshots.frozenAt,
      rows: sql<number>`count(*)::int`,
    })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .innerJoin(snapshots, eq(snapshots.id, snapshotRecords.snapshotId))
    .where(and(eq(records.contributionId, contributionId), eq(snapshots.status, "frozen")))
    .groupBy(snapshots.id);
  return rows.flatMap(({ at, ...version }) => (at ? [{ kind: "version" as const, at, ...version }] : []));
}

/** The latest decisions that the median is taken of. */
const WAIT_DECISIONS = 10_000;

/** From submission to a row's decision, milliseconds; null before the first. */
async function medianWait(db: DatabaseOrTransaction, datanetId: string): Promise<number | null> {
  const { rows } = await db.execute<{ wait: number | null }>(sql`
    select percentile_cont(0.5) within group (order by extract(epoch from at - submitted_at) * 1000) as wait
    from (
      select v.created_at as at, c.submitted_at from reviews v
      join records r on r.id = v.record_id join contributions c on c.id = r.contribution_id
      where r.datanet_id = ${datanetId} and r.status <> 'known' and c.submitted_at is not null
      order by v.created_at desc limit ${WAIT_DECISIONS}
    ) latest`);
  return rows[0]!.wait;
}

/** What the latest run that scored this file, of those one may read, found of it; null where none did. */
async function whatWasLearned(ctx: Context, contributionId: string) {
  const [run] = await ctx.db
    .select({ runId: influenceScores.runId })
    .from(influenceScores)
    .innerJoin(trainingRuns, eq(trainingRuns.id, influenceScores.runId))
    .where(
      and(
        eq(influenceScores.scope, "contribution"),
        eq(influenceScores.subjectId, contributionId),
        isReadableRun(ctx.actor),
      ),
    )
    .orderBy(desc(trainingRuns.createdAt))
    .limit(1);
  if (!run) return null;
  const influence = await getInfluence(ctx, run.runId);
  const own = influence?.contributions.find(({ id }) => id === contributionId);
  return own ? { runId: run.runId, rows: own.rows, claim: own.claim } : null;
}

export type RefusedRow = {
  rowNumber: number;
  status: "rejected" | "sent_back";
  prompt: string;
  answer: string;
  reason: RejectReason | null;
  note: string | null;
};

/** More than this is a file to mend, not a list to read. */
const REFUSED_MOST = 1_000;

/**
 * Rows of one's own contribution that were rejected or sent back, with the reason that settled it; who decided is not
 * told. `reason` null and `isUnread`: nobody read the row, the plan sent it back. Errors: NOT_FOUND.
 */
export async function listRefused(ctx: Context, contributionId: string) {
  const own = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const { rows } = await ctx.db.execute<RefusedRow & { isUnread: boolean; all: number }>(sql`
    select r.row_number as "rowNumber", r.status, left(r.prompt, 300) as prompt, left(r.answer, 300) as answer,
      v.reason, v.note, v.decision is null as "isUnread", count(*) over ()::int as all
    from records r
    left join lateral (
      select decision, reason, note from reviews v
      where v.record_id = r.id and v.decision <> 'accept'
      order by (v.part = 'adjudication') desc, v.created_at desc limit 1
    ) v on true
    where r.contribution_id = ${contributionId} and r.status in ('rejected', 'sent_back')
    order by (v.decision is null), r.row_number limit ${REFUSED_MOST}`);
  const isAudit = own.planVerdict === "rejected" && (await wasRefusedByAudit(ctx.db, contributionId));
  return {
    total: rows[0]?.all ?? 0,
    rejectableRate: own.plan?.rejectableRate ?? null,
    reads: await settledReads(ctx.db, contributionId, isAudit),
    items: rows.map(({ all: _all, ...row }) => row),
  };
}

async function wasRefusedByAudit(db: DatabaseOrTransaction, contributionId: string): Promise<boolean> {
  const steps = await planVerdicts(db, contributionId);
  const last = steps.at(-1);
  return last?.kind === "verdict" && last.isAudit;
}
