import type { Context } from "@/server/context";
import type { AdapterModel, RunnerClient } from "@/server/runner/client";
import type { Task, TrainingConfig } from "@/server/training-run/config";
import type { TriedAdapter } from "./policy";
import { toChatError } from "./problems";

/** What it was trained to do; null where that is not known. */
export const taskOfTried = ({ run }: Pick<TriedAdapter, "run">): Task | null =>
  run ? (run.config as TrainingConfig).task : null;

/**
 * Lets the runner answer as this adapter: sends the files that it lacks, then registers them. Safe to repeat, so it is
 * asked before each answer and a runner that was replaced is served again. Errors: those of toChatError.
 */
export async function readyModel(
  ctx: Context,
  runner: RunnerClient,
  { adapter, run }: Pick<TriedAdapter, "adapter" | "run">,
): Promise<AdapterModel> {
  try {
    for (const sha256 of [adapter.sha256, adapter.configSha256]) {
      if (!(await runner.hasBlob(sha256))) await runner.putBlob(sha256, await ctx.blobs.get(sha256));
    }
    return await runner.putAdapter(adapter.sha256, {
      base: adapter.baseId,
      base_hash: run?.baseHash ?? adapter.imported?.baseHash ?? "",
      adapter_config: adapter.configSha256,
      task: taskOfTried({ run }),
    });
  } catch (error) {
    throw toChatError(error);
  }
}
