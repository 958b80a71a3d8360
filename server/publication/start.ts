import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { adapters, publications } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireBuilder } from "./policy";

/** Opens the gate, or runs it again after it was blocked; the checks follow in the background. */
export async function startPublication(
  ctx: SignedInContext,
  input: { adapterId: string; name: string },
): Promise<{ publicationId: string }> {
  const adapter = await requireBuilder(ctx.db, ctx.actor, input.adapterId);
  return ctx.db.transaction(async (tx) => {
    const [open] = await tx
      .insert(publications)
      .values({ adapterId: adapter.id })
      .onConflictDoUpdate({
        target: publications.adapterId,
        set: {
          status: "checking",
          fence: sql`${publications.fence} + 1`,
          checks: [],
          pub: null,
          voucher: null,
        },
        // A signed voucher could still be sent with the old card: then the card stays as it is.
        setWhere: and(
          inArray(publications.status, ["checking", "blocked", "ready"]),
          isNull(publications.voucher),
        ),
      })
      .returning({ id: publications.id });
    if (!open) {
      throw new AppError(
        "CONFLICT",
        "ALREADY_SENT",
        "This adapter's publication is signed already, or with the chain.",
        "Send it, or wait for the chain; its page shows the state.",
      );
    }
    await tx.update(adapters).set({ name: input.name }).where(eq(adapters.id, adapter.id));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "publication.start",
      subject: `publication:${open.id}`,
      data: { adapterSha256: adapter.sha256 },
    });
    return { publicationId: open.id };
  });
}
