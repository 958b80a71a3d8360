import { and, eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { datanetMembers, datanets } from "@/db/schema";
import type { Actor } from "@/server/context";
import { AppError, notFound } from "@/server/errors";

export type DatanetRole = { isOwner: boolean; isMember: boolean; isValidator: boolean };

/** What this actor is in this Datanet; throws NOT_FOUND for an unknown Datanet. */
export async function datanetRole(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  datanetId: string,
): Promise<DatanetRole & { ownerId: string }> {
  const [datanet] = await db
    .select({ ownerId: datanets.ownerId })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  if (!datanet) throw notFound("Datanet");
  if (!actor) return roleFrom(null, datanet.ownerId, null);
  const [member] = await db
    .select({ isValidator: datanetMembers.isValidator })
    .from(datanetMembers)
    .where(and(eq(datanetMembers.datanetId, datanetId), eq(datanetMembers.accountId, actor.accountId)));
  return roleFrom(actor, datanet.ownerId, member?.isValidator ?? null);
}

/** The same from what a query has joined already; `isValidator` is null for who has not joined. */
export function roleFrom(
  actor: Actor | null,
  ownerId: string,
  isValidator: boolean | null,
): DatanetRole & { ownerId: string } {
  const isOwner = actor?.accountId === ownerId;
  return {
    ownerId,
    isOwner,
    isMember: isOwner || isValidator !== null,
    isValidator: isValidator ?? false,
  };
}

export async function requireOwner(
  db: DatabaseOrTransaction,
  actor: Actor,
  datanetId: string,
): Promise<void> {
  const role = await datanetRole(db, actor, datanetId);
  if (!role.isOwner) {
    throw new AppError(
      "FORBIDDEN",
      "NOT_OWNER",
      "Only the Datanet's owner may do this.",
      "Ask the owner, or create a Datanet of your own.",
    );
  }
}

export async function requireMember(
  db: DatabaseOrTransaction,
  actor: Actor,
  datanetId: string,
): Promise<void> {
  const role = await datanetRole(db, actor, datanetId);
  if (!role.isMember) {
    throw new AppError(
      "FORBIDDEN",
      "NOT_MEMBER",
      "You have not joined this Datanet.",
      "Join it first; it is one click.",
    );
  }
}

export async function requireValidator(
  db: DatabaseOrTransaction,
  actor: Actor,
  datanetId: string,
): Promise<void> {
  const role = await datanetRole(db, actor, datanetId);
  if (!role.isValidator) {
    throw new AppError(
      "FORBIDDEN",
      "NOT_VALIDATOR",
      "Only validators of this Datanet may review.",
      "Ask its owner to grant you the validator role.",
    );
  }
}
