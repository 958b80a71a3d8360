import type { TrainingRunStatus } from "@/db/schema/training-run.constants";
import { env } from "@/env";
import { commitRunCall, type PreparedCall } from "@/server/chain/calls";
import { chainContracts } from "@/server/chain/context";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { lockOwnRun } from "./policy";

/** The `commitRun` call for the builder's wallet. Changes nothing. Errors: NOT_BUILDER, RUN_CHECKING, RUN_COMMITTED. */
export async function prepareRunCommit(
  ctx: SignedInContext,
  input: { runId: string },
): Promise<{ call: PreparedCall }> {
  return ctx.db.transaction(async (tx) => {
    const run = await lockOwnRun(tx, ctx.actor, input.runId);
    if (run.status !== "commit") throw notWaiting(run.status);
    const target = { chainId: env().CHAIN_ID, ...chainContracts() };
    return { call: commitRunCall(target, { runCommit: run.runCommit }) };
  });
}

function notWaiting(status: TrainingRunStatus): AppError {
  const refused = (code: string, message: string, fix: string) =>
    new AppError("CONFLICT", code, message, fix);
  switch (status) {
    case "checking":
      return refused(
        "RUN_CHECKING",
        "The checks of this run are still going on.",
        "Sign when they have passed: the run's page shows each.",
      );
    case "cancelled":
      return refused("RUN_COMMITTED", "This run was cancelled.", "Start a new one from the version's page.");
    case "failed":
      return refused(
        "RUN_COMMITTED",
        "This run stopped with a problem.",
        "Start a new one from the version's page.",
      );
    default:
      return refused(
        "RUN_COMMITTED",
        "This run is committed on the chain already.",
        "Nothing is left to sign.",
      );
  }
}
