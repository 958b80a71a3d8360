import type { DatabaseOrTransaction } from "@/db/client";
import { requireAccess } from "@/server/access/require";
import type { Actor } from "@/server/context";

export type DatanetRole = { isOwner: boolean; isMember: boolean; isValidator: boolean };

/** What this actor is in this Datanet; throws NOT_FOUND for an unknown Datanet, and for one that they may not read. */
export async function datanetRole(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  datanetId: string,
): Promise<DatanetRole & { ownerId: string }> {
  const { datanets } = await requireAccess(db, actor, "datanet.read", "datanet", datanetId);
  const [datanet] = datanets;
  return roleFrom(actor, datanet!.ownerId, datanet!.isValidator);
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

/** Error: NOT_FOUND, NOT_OWNER (403). */
export async function requireOwner(
  db: DatabaseOrTransaction,
  actor: Actor,
  datanetId: string,
): Promise<void> {
  await requireAccess(db, actor, "datanet.manage", "datanet", datanetId);
}

/** Error: NOT_FOUND, NOT_MEMBER (403). */
export async function requireMember(
  db: DatabaseOrTransaction,
  actor: Actor,
  datanetId: string,
): Promise<void> {
  await requireAccess(db, actor, "datanet.contribute", "datanet", datanetId);
}

/** Error: NOT_FOUND, NOT_VALIDATOR (403). */
export async function requireValidator(
  db: DatabaseOrTransaction,
  actor: Actor,
  datanetId: string,
): Promise<void> {
  await requireAccess(db, actor, "datanet.review", "datanet", datanetId);
}
