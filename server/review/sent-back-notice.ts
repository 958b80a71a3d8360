import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { tellAnew, untell } from "@/server/notice/tell";

/** Tells the contributor how many rows of a contribution wait for them; when none does, the notice is gone. */
export async function tellSentBack(tx: Transaction, contributionId: string): Promise<void> {
  const { rows } = await tx.execute<{ accountId: string; file: string; rows: number }>(sql`
    select c.contributor_id as "accountId", c.file_name as file,
      (select count(*)::int from records r where r.contribution_id = c.id and r.status = 'sent_back') as rows
    from contributions c where c.id = ${contributionId}`);
  const { accountId, ...facts } = rows[0]!;
  const about = { kind: "contribution.sentBack", subjectId: contributionId } as const;
  if (facts.rows === 0) return untell(tx, about);
  await tellAnew(tx, { accountId, ...about, facts });
}
