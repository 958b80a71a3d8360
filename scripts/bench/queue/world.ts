import { sql } from "drizzle-orm";
import { createDatabase, createPool, type Database } from "@/db/client";
import { migrateDatabase } from "@/db/migrate";
import { claimNext } from "@/server/review/claim-next";
import { decideReview } from "@/server/review/decide";
import type { SignedInContext } from "@/server/trpc";
import { fill, SETTLED } from "./fill";

const HALF_HOUR_MS = 30 * 60_000;

type Options = { url: string; migrations: string; items: number; validators: number; decisions: number };
export type QueueTimes = { nextMs: number[]; decideMs: number[]; open: number; isOnce: boolean };

/** A queue of `items` open rows in ten files, and so many people who take and decide at once, each `decisions` times. */
export async function playQueue({
  url,
  migrations,
  items,
  validators,
  decisions,
}: Options): Promise<QueueTimes> {
  await migrateDatabase(url, migrations);
  const pool = createPool(url, validators + 4);
  try {
    const db = createDatabase(pool);
    const { datanetId, people } = await fill(db, items, validators);
    const times: QueueTimes = {
      nextMs: [],
      decideMs: [],
      open: await countOpen(db, datanetId),
      isOnce: false,
    };
    await Promise.all(people.map((person) => work(person, datanetId, decisions, times)));
    times.isOnce = await isEachDecidedOnce(db, times.decideMs.length);
    return times;
  } finally {
    await pool.end();
  }
}

async function work(ctx: SignedInContext, datanetId: string, decisions: number, times: QueueTimes) {
  for (let i = 0; i < decisions; i += 1) {
    const asked = performance.now();
    const { item } = await claimNext(ctx, { datanetId }, HALF_HOUR_MS);
    times.nextMs.push(performance.now() - asked);
    if (!item) throw new Error("The queue ran dry; ask for more items or fewer decisions.");
    const decided = performance.now();
    await decideReview(ctx, { recordId: item.recordId, decision: "accept" });
    times.decideMs.push(performance.now() - decided);
  }
}

async function countOpen(db: Database, datanetId: string): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(sql`
    select count(*)::int as n from records where datanet_id = ${datanetId} and status = 'pending'`);
  return rows[0]!.n;
}

/** Every decision is there, none of live rows twice. */
async function isEachDecidedOnce(db: Database, decided: number): Promise<boolean> {
  const { rows } = await db.execute<{ all: number; twice: number }>(sql`
    select count(*)::int as all, (count(*) filter (where r.status <> 'known') -
      count(distinct v.record_id) filter (where r.status <> 'known'))::int as twice
    from reviews v join records r on r.id = v.record_id`);
  return rows[0]!.all === decided + SETTLED && rows[0]!.twice === 0;
}
