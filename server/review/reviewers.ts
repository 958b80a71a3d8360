import { sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";

/** How many people (not accounts) may decide on this contributor's rows of a Datanet. */
export async function countReviewers(
  db: DatabaseOrTransaction,
  datanetId: string,
  contributorId: string,
): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(sql`
    select count(distinct a.person_id)::int as n
    from datanet_members m join accounts a on a.id = m.account_id
    where m.datanet_id = ${datanetId} and m.is_validator
      and a.person_id <> (select person_id from accounts c where c.id = ${contributorId})`);
  return rows[0]!.n;
}

/** These accounts as an SQL array. */
export const accountArray = (ids: readonly string[]) => sql`${sql.param([...ids])}::uuid[]`;
