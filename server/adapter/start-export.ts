import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { adapterExports, evaluations } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { loadAdapter, requireExporter } from "./policy";
import type { ExportInput } from "./schemas";

/**
 * Asks for an adapter in a format for other tools; the reconciler has it made and re-tested. There is one export per
 * adapter and format: asking again returns it, and starts it over when it had failed.
 * Errors: NOT_PUBLISHED, EXPORT_UNMEASURED.
 */
export async function startExport(
  ctx: SignedInContext,
  { adapterId, format }: z.output<typeof ExportInput>,
): Promise<{ exportId: string }> {
  const adapter = await loadAdapter(ctx.db, ctx.actor, adapterId);
  await requireExporter(ctx.db, ctx.actor, adapter);
  const [measured] = adapter.runId
    ? await ctx.db
        .select({ runId: evaluations.runId })
        .from(evaluations)
        .where(eq(evaluations.runId, adapter.runId))
    : [];
  if (!measured) throw unmeasured();
  return ctx.db.transaction(async (tx) => {
    const [started] = await tx
      .insert(adapterExports)
      .values({ adapterId, format, requestedById: ctx.actor.accountId })
      .onConflictDoUpdate({
        target: [adapterExports.adapterId, adapterExports.format],
        set: {
          status: "working",
          fence: sql`${adapterExports.fence} + 1`,
          requestedById: ctx.actor.accountId,
          problem: null,
          progress: null,
          finishedAt: null,
        },
        setWhere: eq(adapterExports.status, "failed"),
      })
      .returning({ id: adapterExports.id });
    if (!started) {
      const [known] = await tx
        .select({ id: adapterExports.id })
        .from(adapterExports)
        .where(and(eq(adapterExports.adapterId, adapterId), eq(adapterExports.format, format)));
      return { exportId: known!.id };
    }
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "adapter.startExport",
      subject: `adapter:${adapterId}`,
      data: { format, adapterSha256: adapter.sha256 },
    });
    return { exportId: started.id };
  });
}

const unmeasured = () =>
  new AppError(
    "CONFLICT",
    "EXPORT_UNMEASURED",
    "This adapter was never measured, so there are no golden answers to test an export on.",
    "Train a run to its end, or measure the adapter; until then take the adapter itself.",
  );
