import { and, eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { notices } from "@/db/schema";
import type { NoticeFacts } from "@/db/schema/notice";
import type { NoticeKind } from "@/db/schema/notice.constants";

export type Telling = { accountId: string; kind: NoticeKind; subjectId: string; facts?: NoticeFacts };

/** Writes a notice in the transaction of its cause. Telling the same thing twice tells it once. */
export async function tell(tx: Transaction, { facts = {}, ...telling }: Telling): Promise<void> {
  await tx
    .insert(notices)
    .values({ ...telling, facts })
    .onConflictDoNothing();
}

/** Tells a thing that grows: an unread notice says the new facts, a read one comes back as new. */
export async function tellAnew(tx: Transaction, { facts = {}, ...telling }: Telling): Promise<void> {
  await tx
    .insert(notices)
    .values({ ...telling, facts })
    .onConflictDoUpdate({
      target: [notices.accountId, notices.kind, notices.subjectId],
      set: {
        facts,
        readAt: null,
        createdAt: sql`case when ${notices.readAt} is null then ${notices.createdAt} else now() end`,
      },
    });
}

/** The cause was taken back, so the notice is too; when it happens again it is told anew. */
export async function untell(tx: Transaction, { kind, subjectId }: Pick<Telling, "kind" | "subjectId">) {
  await tx.delete(notices).where(and(eq(notices.kind, kind), eq(notices.subjectId, subjectId)));
}
