import type { z } from "zod";
import type { Context } from "@/server/context";
import { AppError } from "@/server/errors";
import { powerOf } from "@/server/evaluation/power";
import { countInputs } from "./inputs";
import { trainableIds } from "./joinable";
import { listContributors } from "./people";
import type { MixInput } from "./schemas";
import { checkSources, loadReadableSources } from "./sources";

/**
 * What training on these versions together comes to: whose rows, how many, questions, rows kept apart, and the
 * licence that the adapter inherits; or why they cannot be joined, as the sentence that `create` would refuse with.
 */
export async function getMix(ctx: Context, input: z.output<typeof MixInput>) {
  const sources = await loadReadableSources(ctx, input.snapshotIds);
  const open = await trainableIds(
    ctx,
    sources.map(({ datanet }) => datanet),
  );
  const parts = {
    sources: sources.map(({ snapshot, datanet }) => ({
      snapshotId: snapshot.id,
      version: snapshot.number,
      train: snapshot.split?.train ?? 0,
      test: snapshot.split?.test ?? 0,
      datanetId: datanet.id,
      name: datanet.name,
      licence: datanet.licence,
      isMember: open.has(datanet.id),
      contributeAccess: datanet.contributeAccess,
    })),
    contributors: await listContributors(ctx.db, input.snapshotIds),
  };
  try {
    const licence = checkSources(sources);
    const counts = await countInputs(ctx.db, sources, input.excludedContributorIds);
    return {
      ...parts,
      ...counts,
      licence,
      power: powerOf(counts.items, sources[0]!.datanet.goal === "style"),
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const problem = { code: error.code, message: error.message, fix: error.fix };
    return { ...parts, items: 0, trainRows: 0, dropped: null, licence: null, power: null, problem };
  }
}
