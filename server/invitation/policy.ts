import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { datanetInvitations } from "@/db/schema";
import { AppError, notFound } from "@/server/errors";

export type InvitationRow = typeof datanetInvitations.$inferSelect;

export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

/** The invitation behind a link, in whatever state. Error: NOT_FOUND. */
export async function loadByToken(db: DatabaseOrTransaction, token: string): Promise<InvitationRow> {
  const [row] = await db
    .select()
    .from(datanetInvitations)
    .where(eq(datanetInvitations.tokenHash, tokenHash(token)));
  if (!row) throw notFound("invitation");
  return row;
}

/** Why nobody can join with it any more; null while somebody can. */
export function problemOf(row: Pick<InvitationRow, "usesLeft" | "expiresAt" | "revokedAt">): AppError | null {
  const ask = "Ask the owner for a new link.";
  if (row.revokedAt)
    return new AppError("CONFLICT", "INVITATION_REVOKED", "The owner took this invitation back.", ask);
  if (row.expiresAt.getTime() <= Date.now())
    return new AppError("CONFLICT", "INVITATION_EXPIRED", "This invitation has expired.", ask);
  if (row.usesLeft <= 0)
    return new AppError(
      "CONFLICT",
      "INVITATION_USED_UP",
      "As many people as this invitation was made for have joined with it.",
      ask,
    );
  return null;
}
