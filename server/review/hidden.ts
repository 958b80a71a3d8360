import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { AppError } from "@/server/errors";

/** A row in which the intake found characters that are not seen; what was mended since was read by somebody. */
export const holdsHidden = sql`(r.revision = 1 and exists (
  select 1 from findings f
  where f.contribution_id = r.contribution_id and f.row = r.row_number and f.code = 'HIDDEN_TEXT'))`;

/** Throws HIDDEN_TEXT (409) for a row that cannot be accepted before it was shown with its hidden characters. */
export async function requireHiddenSeen(tx: Transaction, recordId: string): Promise<void> {
  const { rows } = await tx.execute(sql`select 1 from records r where r.id = ${recordId} and ${holdsHidden}`);
  if (rows.length === 0) return;
  throw new AppError(
    "CONFLICT",
    "HIDDEN_TEXT",
    "This row holds characters that are not seen on the screen.",
    "Open the escaped view (E), look at what is there, and decide then.",
  );
}
