import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { JOB_NAMES } from "./names";

const LOCK_CLASS = 0x6d66_0020;
/** Between a job being fetched and being held lie milliseconds. */
const FETCHED_SECONDS = 2;

/** Does a job's work while this connection says so: a worker that is killed, or loses the database, lets go at once. */
export async function holdJob(db: Database, jobId: string, work: () => Promise<void>): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(${jobId}))`);
    await work();
  });
}

/**
 * Gives back the jobs that nobody holds any more, so that they run again now and not when they expire (two minutes).
 * Safe beside any number of workers: a job in work is held by its own.
 * @returns how many were given back
 */
export async function releaseAbandonedJobs(db: Database): Promise<number> {
  const names = sql.join(
    JOB_NAMES.map((name) => sql`${name}`),
    sql`, `,
  );
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from pgboss.job where state = 'active' and name in (${names})
      and started_on < now() - make_interval(secs => ${FETCHED_SECONDS})`);
  let count = 0;
  for (const { id } of rows) {
    const released = await db.execute(sql`
      with free as (select pg_try_advisory_xact_lock(${LOCK_CLASS}, hashtext(${id})) as is_free)
      update pgboss.job set state = 'retry', start_after = now() from free
      where is_free and id = ${id} and state = 'active'`);
    count += released.rowCount ?? 0;
  }
  return count;
}
