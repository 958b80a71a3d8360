import { env } from "@/env";
import { commitRunCall, type PreparedCall } from "@/server/chain/calls";
import { chainContracts } from "@/server/chain/context";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { lockOwnRun } from "./policy";

/** The `commitRun` call for the builder's wallet. Changes nothing. Errors: NOT_BUILDER, RUN_COMMITTED. */
export async function prepareRunCommit(
  ctx: SignedInContext,
  input: { runId: string },
): Promise<{ call: PreparedCall }> {
  return ctx.db.transaction(async (tx) => {
    const run = await lockOwnRun(tx, ctx.actor, input.runId);
    if (run.status !== "commit") {
      throw new AppError(
        "CONFLICT",
        "RUN_COMMITTED",
        run.status === "cancelled"
          ? "This run was cancelled."
          : "This run is committed on the chain already.",
        run.status === "cancelled" ? "Start a new one from the version's page." : "Nothing is left to sign.",
      );
    }
    const target = { chainId: env().CHAIN_ID, ...chainContracts() };
    return { call: commitRunCall(target, { runCommit: run.runCommit }) };
  });
}
