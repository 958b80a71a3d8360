import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { evaluations, judgements, trainingRuns } from "@/db/schema";
import { can } from "@/server/access/can";
import { loadResource } from "@/server/access/facts";
import { requireAccess, requireReadableRun } from "@/server/access/require";
import type { Actor } from "@/server/context";
import { AppError, notFound } from "@/server/errors";

export type JudgedRun = {
  id: string;
  builderId: string;
  evaluation: typeof evaluations.$inferSelect;
};

/** A run whose answers people judge, once there are answers. Errors: NOT_FOUND, NOT_JUDGED and NOT_MEASURED (409). */
export async function requireJudgedRun(db: DatabaseOrTransaction, runId: string): Promise<JudgedRun> {
  const [row] = await db
    .select({ run: trainingRuns, evaluation: evaluations })
    .from(trainingRuns)
    .leftJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .where(eq(trainingRuns.id, runId));
  if (!row) throw notFound("training run");
  if (row.run.metric !== "preference") throw notJudged();
  if (!row.evaluation) throw notMeasured();
  return { id: row.run.id, builderId: row.run.builderId, evaluation: row.evaluation };
}

/** Members of a Datanet that the run was trained on know the style. */
export async function mayJudge(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  runId: string,
): Promise<boolean> {
  const run = await loadResource(db, actor, "run", runId);
  if (!can(actor, "run.read", run).isAllowed) return false;
  return run.datanets.some(
    (datanet) => can(actor, "datanet.judge", { ...run, datanets: [datanet] }).isAllowed,
  );
}

/** Errors: NOT_FOUND, NOT_MEMBER (403). */
export async function requireJudge(db: DatabaseOrTransaction, actor: Actor, runId: string): Promise<void> {
  await requireReadableRun({ db, actor }, runId);
  if (await mayJudge(db, actor, runId)) return;
  throw new AppError(
    "FORBIDDEN",
    "NOT_MEMBER",
    "Only members of a Datanet that this run was trained on judge its answers.",
    "Join the Datanet first; it is one click.",
  );
}

/** A judgement is its own judge's alone; locked until the transaction ends. Error: NOT_FOUND. */
export async function lockOwnJudgement(tx: DatabaseOrTransaction, actor: Actor, judgementId: string) {
  await requireAccess(tx, actor, "judgement.decide", "judgement", judgementId);
  const [row] = await tx.select().from(judgements).where(eq(judgements.id, judgementId)).for("update");
  if (!row) throw notFound("judgement");
  return row;
}

const notJudged = () =>
  new AppError(
    "CONFLICT",
    "NOT_JUDGED",
    "The answers of this run have right and wrong ones, so nobody needs to judge them.",
    "Its result stands on its page.",
  );

const notMeasured = () =>
  new AppError(
    "CONFLICT",
    "NOT_MEASURED",
    "This run has not answered its test yet.",
    "Come back when it has been measured; its page shows how far it is.",
  );
