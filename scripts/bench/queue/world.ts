import { sql } from "drizzle-orm";
import { createDatabase, createPool, type Database } from "@/db/client";
import { migrateDatabase } from "@/db/migrate";
import { claimNext } from "@/server/review/claim-next";
import { decideReview } from "@/server/review/decide";
import { getItemContext, getQueue } from "@/server/review/queries";
import type { SignedInContext } from "@/server/trpc";
import { fill, SETTLED } from "./fill";
import { claimBare } from "./peer";

const HALF_HOUR_MS = 30 * 60_000;

type Options = { url: string; migrations: string; items: number; validators: number; decisions: number };
export type QueueTimes = {
  nextMs: number[];
  decideMs: number[];
  /** What each screen asks again and again. */
  countsMs: number[];
  contextMs: number[];
  bareMs: number[];
  open: number;
  isOnce: boolean;
};
/** A screen asks for its counts every five seconds; a validator decides on a row in about one. */
const DECISIONS_A_POLL = 5;

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
      countsMs: [],
      contextMs: [],
      bareMs: [],
      open: await countOpen(db, datanetId),
      isOnce: false,
    };
    await Promise.all(people.map((person) => work(person, datanetId, decisions, times)));
    await Promise.all(
      people.map(async ({ actor }) => {
        for (let i = 0; i < decisions; i += 1)
          times.bareMs.push(await claimBare(db, datanetId, actor.accountId));
      }),
    );
    times.isOnce = await isEachDecidedOnce(db, times.decideMs.length);
    return times;
  } finally {
    await pool.end();
  }
}

/** As the screen does it: while a row is decided on, the one after it is fetched. */
async function work(ctx: SignedInContext, datanetId: string, decisions: number, times: QueueTimes) {
  let besideRecordId: string | undefined;
  for (let i = 0; i < decisions; i += 1) {
    const { item } = await timed(times.nextMs, () =>
      claimNext(ctx, { datanetId, besideRecordId }, HALF_HOUR_MS),
    );
    if (!item) throw new Error("The queue ran dry; ask for more items or fewer decisions.");
    if (i % DECISIONS_A_POLL === 0) {
      await timed(times.countsMs, () => getQueue(ctx, datanetId));
      await timed(times.contextMs, () => getItemContext(ctx, { recordId: item.recordId }));
    }
    const decided = besideRecordId;
    besideRecordId = item.recordId;
    if (decided)
      await timed(times.decideMs, () => decideReview(ctx, { recordId: decided, decision: "accept" }));
  }
}

async function timed<T>(times: number[], run: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await run();
  times.push(performance.now() - began);
  return result;
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
