import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";

const HALF_HOUR = "30 minutes";

/**
 * The bare thing on the same table: one statement takes the next free row past a random id with `skip locked`, and
 * nothing is asked of who it is, shown or written besides the claim. So long the same machine takes at that very time,
 * in milliseconds a claim.
 */
export async function claimBare(db: Database, datanetId: string, accountId: string): Promise<number> {
  const asked = performance.now();
  await db.execute(sql`
    insert into review_claims (record_id, datanet_id, validator_id, expires_at)
    select r.id, r.datanet_id, ${accountId}, now() + ${HALF_HOUR}::interval from (
      select r.id, r.datanet_id from records r
      where r.datanet_id = ${datanetId} and r.status = 'pending' and r.id >= gen_random_uuid()
        and not exists (select 1 from review_claims c where c.record_id = r.id)
      order by r.id limit 1 for no key update skip locked
    ) r
    on conflict (record_id) do nothing`);
  return performance.now() - asked;
}
