import type { z } from "zod";
import { PRESETS } from "@/db/schema/training-run.constants";
import type { Context } from "@/server/context";
import { AppError } from "@/server/errors";
import type { RunnerClient } from "@/server/runner/client";
import { estimateSeconds } from "./estimate";
import { countInputs } from "./inputs";
import { askRunner, webRunner } from "./runner";
import type { EstimateInput } from "./schemas";
import { checkSources, loadReadableSources } from "./sources";

/**
 * How long a run takes on the rows of all these versions, with each preset and with an expert's own values in their
 * place; null where the versions cannot be trained on together (`getMix` says why) or the base is not known.
 */
export async function getEstimates(
  ctx: Context,
  input: z.output<typeof EstimateInput>,
  runner: RunnerClient = webRunner(),
) {
  const sources = await loadReadableSources(ctx, input.snapshotIds);
  const base = (await askRunner(() => runner.bases())).find(({ id }) => id === input.baseId);
  try {
    checkSources(sources);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
  if (!base) return null;
  const { trainRows } = await countInputs(ctx.db, sources, input.excludedContributorIds);
  const { epochs, batchSize, learningRate } = input.settings ?? {};
  const estimates = PRESETS.map(async (preset) => {
    const values = base.presets[preset];
    const length = {
      epochs: epochs ?? values.epochs,
      batchSize: batchSize ?? values.batchSize,
      // A rate of one's own is not searched for.
      learningRates: learningRate ? null : values.learningRates,
    };
    return [preset, await estimateSeconds(ctx.db, base, length, trainRows)] as const;
  });
  return { trainRows, presets: Object.fromEntries(await Promise.all(estimates)) };
}
