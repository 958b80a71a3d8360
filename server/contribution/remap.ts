import { sql } from "drizzle-orm";
import type { z } from "zod";
import { contributions } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireOwnContribution } from "./policy";
import { readAgain } from "./read-again";
import type { RemapInput } from "./schemas";

/**
 * Reads the file again with the columns (and the encoding) that the person chose. The raised fence stops a
 * worker that still reads it the old way. Errors: NOT_FOUND, ENCODING_UNKNOWN (400),
 * NOT_EDITABLE (409).
 */
export async function remapContribution(
  ctx: SignedInContext,
  input: z.output<typeof RemapInput>,
): Promise<void> {
  const { contributionId } = input;
  await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  if (input.encoding) requireEncoding(input.encoding);
  await ctx.db.transaction(async (tx) => {
    await readAgain(tx, contributionId, {
      mapping: input.mapping,
      ...(input.encoding && {
        inspection: sql`coalesce(${contributions.inspection}, '{}') || ${JSON.stringify({ confirmedEncoding: input.encoding })}::jsonb`,
      }),
    });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "contribution.remap",
      subject: `contribution:${contributionId}`,
      data: { mapping: input.mapping, ...(input.encoding && { encoding: input.encoding }) },
    });
  });
}

function requireEncoding(name: string): void {
  try {
    new TextDecoder(name);
  } catch {
    throw new AppError(
      "BAD_REQUEST",
      "ENCODING_UNKNOWN",
      `Files written in ${name} cannot be read.`,
      "Convert the file to UTF-8 and upload it again.",
    );
  }
}
