import { eq } from "drizzle-orm";
import { adapterExports, evaluations } from "@/db/schema";
import { EXPORT_FORMATS } from "@/db/schema/adapter.constants";
import type { Context } from "@/server/context";
import { isPublished, loadAdapter } from "./policy";

/** What can be taken of an adapter, in which state, and by whom. Sizes in bytes. */
export async function getTakeState(ctx: Context, adapterId: string) {
  const adapter = await loadAdapter(ctx.db, ctx.actor, adapterId);
  const published = await isPublished(ctx.db, adapterId);
  const isBuilder = ctx.actor?.accountId === adapter.builderId;
  const [measured] = adapter.runId
    ? await ctx.db
        .select({ runId: evaluations.runId })
        .from(evaluations)
        .where(eq(evaluations.runId, adapter.runId))
    : [];
  const made = await ctx.db.select().from(adapterExports).where(eq(adapterExports.adapterId, adapterId));
  return {
    isMeasured: measured !== undefined,
    isImported: adapter.origin === "imported",
    mayTakeExports: isBuilder || published,
    mayStartExports: ctx.actor !== null && (isBuilder || published),
    exports: EXPORT_FORMATS.map((format) => {
      const row = made.find((each) => each.format === format);
      return {
        format,
        status: row?.status ?? null,
        progress: row?.progress ?? null,
        problem: row?.problem ?? null,
        report: row?.report ?? null,
        bytes: row?.status === "ready" ? row.files.reduce((sum, { bytes }) => sum + bytes, 0) : null,
      };
    }),
  };
}
