import { and, eq, inArray, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { Transaction } from "@/db/client";
import { contributions } from "@/db/schema";
import { AppError } from "@/server/errors";
import { enqueue } from "@/server/jobs/queue";
import { statusesBefore } from "./policy";

/**
 * Has the file read anew with `changes`. The raised fence stops a worker that still reads it the old way.
 * Error: NOT_EDITABLE (409) while it is read and once it is submitted.
 */
export async function readAgain(
  tx: Transaction,
  contributionId: string,
  changes: PgUpdateSetSource<typeof contributions>,
): Promise<void> {
  const [row] = await tx
    .update(contributions)
    .set({
      ...changes,
      status: "parsing",
      fence: sql`${contributions.fence} + 1`,
      problem: null,
      health: null,
      parsedRows: 0,
      uploadedRows: 0,
      keptRows: 0,
      repairedRows: 0,
      setAsideRows: 0,
    })
    .where(
      and(eq(contributions.id, contributionId), inArray(contributions.status, statusesBefore("parsing"))),
    )
    .returning({ fence: contributions.fence });
  if (!row) throw notEditable();
  await enqueue(tx, "contribution.parse", { contributionId, fence: row.fence });
}

export const notEditable = () =>
  new AppError(
    "CONFLICT",
    "NOT_EDITABLE",
    "This contribution is being read just now, or has been submitted.",
    "Wait until it is read; once it is submitted its rows stay as they are.",
  );
