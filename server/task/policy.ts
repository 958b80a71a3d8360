import { requireTryable } from "@/server/chat/policy";
import { AppError } from "@/server/errors";
import { listRunSources } from "@/server/training-run/sources";
import type { SignedInContext } from "@/server/trpc";
import { listTaskDatanets } from "./queries";

/**
 * Whoever may ask an adapter may say that it was wrong, to a Datanet that can learn from it (`listTaskDatanets`).
 * Errors: NOT_FOUND, NOT_PUBLISHED (403), SAMPLE_TAKES_NONE and NOT_ITS_DATANET (422).
 */
export async function requireReporter(ctx: SignedInContext, of: { adapterId: string; datanetId: string }) {
  const { run } = await requireTryable(ctx.db, ctx.actor, of.adapterId);
  const taking = run ? await listTaskDatanets(ctx.db, ctx.actor, run.id) : [];
  const datanet = taking.find(({ id }) => id === of.datanetId);
  if (datanet) return datanet;
  const sources = run ? await listRunSources(ctx.db, run.id) : [];
  if (sources.some((source) => source.datanet.id === of.datanetId)) throw sampleTakesNone();
  throw new AppError(
    "UNPROCESSABLE",
    "NOT_ITS_DATANET",
    "This adapter was not trained on that Datanet.",
    "Choose one of the Datanets that it was trained on.",
  );
}

const sampleTakesNone = () =>
  new AppError(
    "UNPROCESSABLE",
    "SAMPLE_TAKES_NONE",
    "A sample takes no tasks: nobody reviews new rows of it.",
    "Choose a Datanet of your own with the same goal, or create one.",
  );
