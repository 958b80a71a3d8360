import { sql } from "drizzle-orm";
import { createDatabase, createPool, type Database } from "@/db/client";
import { makeAccount, makeDatanet, makeMember } from "@/db/factories";
import { migrateDatabase } from "@/db/migrate";
import { contributions, datanets } from "@/db/schema";
import { claimNext } from "@/server/review/claim-next";
import { decideReview } from "@/server/review/decide";
import { createKnown } from "@/server/review/known/create";
import type { SignedInContext } from "@/server/trpc";

const FILES = 10;
const HALF_HOUR_MS = 30 * 60_000;
const KNOWN_EACH = 25;
/** So sure a plan wants to be that it is asked after every decision and never ends while the clock runs. */
const NEVER_SURE = 1e-12;

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

async function fill(db: Database, items: number, validators: number) {
  const owner = await makeAccount(db);
  const datanetId = await makeDatanet(db, owner.id);
  const contributor = await makeMember(db, datanetId);
  const of = { datanetId, contributorId: contributor.id };
  for (let file = 0; file < FILES; file += 1) {
    const rows = Math.round(items / FILES);
    const [made] = await db
      .insert(contributions)
      .values({
        ...of,
        fileName: `file ${file}.csv`,
        fileSha256: "0".repeat(64),
        fileBytes: 1,
        licence: "CC-BY-4.0",
        status: "submitted",
        uploadedRows: rows,
        keptRows: rows,
        submittedAt: new Date(),
        plan: {
          scrutiny: "new",
          acceptableRate: 0.01,
          rejectableRate: 0.08,
          producerRisk: NEVER_SURE,
          consumerRisk: NEVER_SURE,
          auditShare: 0.05,
        },
      })
      .returning({ id: contributions.id });
    await insertRows(db, { ...of, contributionId: made!.id }, rows, "pending");
    if (file === 0) await insertSettled(db, { ...of, contributionId: made!.id }, rows, owner.id);
  }
  await createKnown(contextOf(db, owner), { datanetId, right: KNOWN_EACH, wrong: KNOWN_EACH });
  // Fewer answered known items than would be needed to send anybody to training, whatever they say.
  await db.update(datanets).set({ reviewRules: sql`review_rules || '{"knownShare": 0.02}'` });
  await db.execute(sql`analyze`);
  const people = await Promise.all(Array.from({ length: validators }, () => makeMember(db, datanetId, true)));
  return { datanetId, people: people.map((person) => contextOf(db, person)) };
}

type RowsOf = { datanetId: string; contributorId: string; contributionId: string };

async function insertRows(db: Database, of: RowsOf, rows: number, status: string, after = 0): Promise<void> {
  await db.execute(sql`
    insert into records (contribution_id, datanet_id, contributor_id, row_number, prompt, answer, row_hash, salt, status)
    select ${of.contributionId}::uuid, ${of.datanetId}::uuid, ${of.contributorId}::uuid, n,
      'Question ' || n || ': ' || repeat('what is described here? ', 12), 'Answer ' || n || repeat(' and why', 20),
      encode(sha256((${of.contributionId}::text || n)::bytea), 'hex'), repeat('0', 64), ${status}
    from generate_series(${after + 1}::int, ${after + rows}::int) n`);
}

/** Rows that are accepted already: known-answer items are made of them. */
async function insertSettled(db: Database, of: RowsOf, after: number, by: string): Promise<void> {
  await insertRows(db, of, 4 * KNOWN_EACH, "accepted", after);
  await db.execute(sql`
    insert into reviews (record_id, validator_id, decision)
    select id, ${by}, 'accept' from records where contribution_id = ${of.contributionId} and status = 'accepted'`);
}

function contextOf(db: Database, person: { id: string; address: `0x${string}` }): SignedInContext {
  return {
    db,
    blobs: null as never,
    actor: { accountId: person.id, address: person.address, sessionHash: "" },
    requestId: "bench",
    browser: null,
    userAgent: null,
    setCookie: () => {},
  };
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
  return rows[0]!.all === decided + 4 * KNOWN_EACH && rows[0]!.twice === 0;
}
