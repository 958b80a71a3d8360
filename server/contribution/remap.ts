import { and, eq, inArray, sql } from "drizzle-orm";
import type { z } from "zod";
import { contributions } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import { enqueue } from "@/server/jobs/queue";
import type { SignedInContext } from "@/server/trpc";
import { requireOwnContribution, statusesBefore } from "./policy";
import type { RemapInput } from "./schemas";
import { storableJson } from "./storable";

/**
 * Reads the file again with the columns (and the encoding, the sheet, the headings) that the person chose. The raised fence stops a
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
  const chosen = storableJson({
    ...(input.encoding && { confirmedEncoding: input.encoding }),
    ...(input.sheet !== undefined && { chosenSheet: input.sheet }),
    ...(input.useHeadings !== undefined && { useHeadings: input.useHeadings }),
  });
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx
      .update(contributions)
      .set({
        status: "parsing",
        fence: sql`${contributions.fence} + 1`,
        mapping: input.mapping,
        inspection: sql`coalesce(${contributions.inspection}, '{}') || ${JSON.stringify(chosen)}::jsonb`,
        problem: null,
        parsedRows: 0,
        uploadedRows: 0,
        keptRows: 0,
        setAsideRows: 0,
      })
      .where(
        and(eq(contributions.id, contributionId), inArray(contributions.status, statusesBefore("parsing"))),
      )
      .returning({ fence: contributions.fence });
    if (!row) throw notEditable();
    await enqueue(tx, "contribution.parse", { contributionId, fence: row.fence });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "contribution.remap",
      subject: `contribution:${contributionId}`,
      data: { mapping: input.mapping, ...chosen },
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

const notEditable = () =>
  new AppError(
    "CONFLICT",
    "NOT_EDITABLE",
    "This contribution is being read just now, or has been submitted.",
    "Wait until it is read; once it is submitted its columns stay as they are.",
  );
