import { eq } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { accounts, datanets, trainingRuns } from "@/db/schema";
import { tell } from "@/server/notice/tell";
import type { TrainingRunRow } from "./policy";

/** The builder hears of the end that they did not cause themselves. */
export async function tellRunEnded(
  tx: Transaction,
  before: TrainingRunRow,
  { status, problem }: Pick<TrainingRunRow, "status" | "problem">,
): Promise<void> {
  if (status === before.status || (status !== "succeeded" && status !== "failed")) return;
  const [datanet] = await tx
    .select({ name: datanets.name })
    .from(datanets)
    .where(eq(datanets.id, before.datanetId));
  if (before.kind === "removal" && status === "succeeded") {
    return tell(tx, {
      accountId: before.builderId,
      kind: "removal.done",
      subjectId: before.id,
      facts: {
        datanet: datanet!.name,
        runId: before.parentRunId!,
        contributor: await leftOutBy(tx, before),
      },
    });
  }
  if (before.kind === "trace" && status === "succeeded") {
    return tell(tx, {
      accountId: before.builderId,
      kind: "trace.done",
      subjectId: before.id,
      facts: { datanet: datanet!.name, runId: before.parentRunId! },
    });
  }
  await tell(tx, {
    accountId: before.builderId,
    kind: status === "succeeded" ? "run.finished" : "run.failed",
    subjectId: before.id,
    facts: {
      datanet: datanet!.name,
      preset: before.preset,
      ...(problem ? { problem: problem.message } : {}),
    },
  });
}

/** Whom a removal check leaves out and its run does not. */
async function leftOutBy(tx: Transaction, check: TrainingRunRow): Promise<string> {
  const [parent] = await tx
    .select({ excluded: trainingRuns.excludedContributorIds })
    .from(trainingRuns)
    .where(eq(trainingRuns.id, check.parentRunId!));
  const id = check.excludedContributorIds.find((one) => !parent!.excluded.includes(one))!;
  const [person] = await tx
    .select({ name: accounts.name, address: accounts.address })
    .from(accounts)
    .where(eq(accounts.id, id));
  return person!.name ?? person!.address;
}
