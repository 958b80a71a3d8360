import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { contributions } from "@/db/schema";
import {
  CONTRIBUTION_STATUSES,
  CONTRIBUTION_TRANSITIONS,
  type ContributionStatus,
} from "@/db/schema/contribution.constants";
import { requireAccess } from "@/server/access/require";
import type { Actor } from "@/server/context";
import { requireMember } from "@/server/datanet/policy";
import { notFound } from "@/server/errors";

/** The statuses that the transition table lets go to `next`. */
export const statusesBefore = (next: ContributionStatus): ContributionStatus[] =>
  CONTRIBUTION_STATUSES.filter((status) => CONTRIBUTION_TRANSITIONS[status].includes(next));

/** Submitted rows are part of a public Datanet; anything earlier is the contributor's alone. */
export const isPublicStatus = (status: ContributionStatus) => status === "submitted" || status === "reviewed";

/** Who may send files to a Datanet, in one piece or in parts. Errors: NOT_FOUND, NOT_MEMBER (403). */
export const requireContributor = (
  { db, actor }: { db: DatabaseOrTransaction; actor: Actor },
  datanetId: string,
): Promise<void> => requireMember(db, actor, datanetId);

/** The contribution as its contributor sees it; for everybody else it does not exist. */
export async function requireOwnContribution(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  contributionId: string,
) {
  await requireAccess(db, actor, "contribution.change", "contribution", contributionId);
  return loadContribution(db, contributionId);
}

export async function requireVisibleContribution(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  contributionId: string,
) {
  await requireAccess(db, actor, "contribution.read", "contribution", contributionId);
  const row = await loadContribution(db, contributionId);
  return { ...row, isMine: row.contributorId === actor?.accountId };
}

async function loadContribution(db: DatabaseOrTransaction, contributionId: string) {
  const [row] = await db.select().from(contributions).where(eq(contributions.id, contributionId));
  if (!row) throw notFound("contribution");
  return row;
}
