import { eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { contributions } from "@/db/schema";
import type { SamplingPlan } from "@/db/schema/contribution";
import { appendAudit } from "@/server/audit/append";
import { tell } from "@/server/notice/tell";
import { acceptUnread, sendBackSampled, sendBackUnread } from "./apply";
import { selectReads, settledReads } from "./reads";
import { isReadWhole } from "./scrutiny";
import { judgeReads, type Reads } from "./sprt";
import { takeBackVerdict } from "./take-back";

/** The contribution a decision was made on, by whom; the caller holds its lock (`lockContribution`). */
export type Decided = { contributionId: string; validatorId: string };

/**
 * Asks the contribution's plan after each decision, and does what it says: accepts the rest but for the audit slice,
 * or sends the rest back. The audit slice is a test of its own by the same limits: when it refuses the contribution,
 * what was accepted unread goes back after all. Called before the contribution is closed; does nothing where no plan
 * runs.
 */
export async function afterDecision(
  tx: Transaction,
  { contributionId, validatorId }: Decided,
): Promise<void> {
  const running = await runningPlan(tx, contributionId);
  if (!running || running.planVerdict === "rejected") return;
  const isAudit = running.planVerdict === "accepted";
  const { reads } = running;
  const verdict = judgeReads(running.plan, reads);
  if (verdict === "looking" || (isAudit && verdict === "accepted")) return;
  await tx.update(contributions).set({ planVerdict: verdict }).where(eq(contributions.id, contributionId));
  const done =
    verdict === "accepted"
      ? await acceptUnread(tx, { contributionId, validatorId, auditShare: running.plan.auditShare })
      : { sentBack: await (isAudit ? sendBackSampled : sendBackUnread)(tx, contributionId) };
  if (verdict === "rejected") await tellRefused(tx, contributionId, running, reads);
  await appendAudit(tx, {
    actorId: null,
    action: `plan.${verdict}`,
    subject: `contribution:${contributionId}`,
    data: { ...running.plan, ...reads, ...done, isAudit },
  });
}

/**
 * A decision was taken back: what the plan did because of it is too, where what is left would not have led there. The
 * caller holds the contribution's lock.
 */
export async function afterUndo(tx: Transaction, contributionId: string): Promise<void> {
  const running = await runningPlan(tx, contributionId);
  if (!running || running.planVerdict === "looking") return;
  const main = judgeReads(running.plan, await settledReads(tx, contributionId));
  const audit = judgeReads(running.plan, await settledReads(tx, contributionId, true));
  const isStill =
    running.planVerdict === main || (running.planVerdict === "rejected" && audit === "rejected");
  if (!isStill) await takeBackVerdict(tx, contributionId, running.planVerdict);
}

type Running = {
  plan: SamplingPlan;
  planVerdict: "looking" | "accepted" | "rejected";
  contributorId: string;
  fileName: string;
  /** What its verdict is made from; once it has accepted the rest, those of the audit slice. */
  reads: Reads;
};

async function runningPlan(tx: Transaction, contributionId: string): Promise<Running | null> {
  const [row] = await tx
    .select({
      plan: contributions.plan,
      planVerdict: contributions.planVerdict,
      contributorId: contributions.contributorId,
      fileName: contributions.fileName,
      reads: sql<Reads>`(select to_jsonb(reads) from (${selectReads(
        contributionId,
        sql`(${contributions.planVerdict} = 'accepted')`,
      )}) reads)`,
    })
    .from(contributions)
    .where(eq(contributions.id, contributionId));
  return row?.plan && !isReadWhole(row.plan) ? { ...row, plan: row.plan } : null;
}

function tellRefused(tx: Transaction, contributionId: string, running: Running, { read, defects }: Reads) {
  return tell(tx, {
    accountId: running.contributorId,
    kind: "contribution.refused",
    subjectId: contributionId,
    facts: { file: running.fileName, read, defects },
  });
}
