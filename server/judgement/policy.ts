import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { evaluations, judgements, trainingRuns } from "@/db/schema";
import type { Actor } from "@/server/context";
import { datanetRole } from "@/server/datanet/policy";
import { AppError, notFound } from "@/server/errors";
import { listRunSources } from "@/server/training-run/sources";

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
  if (!actor) return false;
  for (const { datanet } of await listRunSources(db, runId))
    if ((await datanetRole(db, actor, datanet.id)).isMember) return true;
  return false;
}

/** Error: NOT_MEMBER (403). */
export async function requireJudge(db: DatabaseOrTransaction, actor: Actor, runId: string): Promise<void> {
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
  const [row] = await tx.select().from(judgements).where(eq(judgements.id, judgementId)).for("update");
  if (!row || row.accountId !== actor.accountId) throw notFound("judgement");
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
