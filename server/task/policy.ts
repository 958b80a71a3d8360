import { requireTryable } from "@/server/chat/policy";
import { AppError } from "@/server/errors";
import { listRunSources } from "@/server/training-run/sources";
import type { SignedInContext } from "@/server/trpc";

/**
 * Whoever may ask an adapter may say that it was wrong, to a Datanet that it was trained on.
 * Errors: NOT_FOUND, NOT_PUBLISHED (403), NOT_ITS_DATANET (422).
 */
export async function requireReporter(ctx: SignedInContext, of: { adapterId: string; datanetId: string }) {
  const { run } = await requireTryable(ctx.db, ctx.actor, of.adapterId);
  const sources = run ? await listRunSources(ctx.db, run.id) : [];
  const source = sources.find(({ datanet }) => datanet.id === of.datanetId);
  if (source) return source.datanet;
  throw new AppError(
    "UNPROCESSABLE",
    "NOT_ITS_DATANET",
    "This adapter was not trained on that Datanet.",
    "Choose one of the Datanets that it was trained on.",
  );
}
