import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { makeAccount, makeDatanet, makeMember } from "@/db/factories";
import { contributions, datanets } from "@/db/schema";
import { createKnown } from "@/server/review/known/create";
import type { SignedInContext } from "@/server/trpc";

const FILES = 10;
const KNOWN_EACH = 25;
/** Reviews that are there before anybody works: those of the rows that the known-answer items are made of. */
export const SETTLED = 4 * KNOWN_EACH;
/** So sure a plan wants to be that it is asked after every decision and never ends while the clock runs. */
const NEVER_SURE = 1e-12;

/** A Datanet with `items` open rows in ten files, one of them partly settled, and so many validators. */
export async function fill(db: Database, items: number, validators: number) {
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
  // As the database does by itself within minutes.
  await db.execute(sql`vacuum analyze`);
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
  await insertRows(db, of, SETTLED, "accepted", after);
  await db.execute(sql`
    insert into reviews (record_id, validator_id, decision)
    select id, ${by}, 'accept' from records where contribution_id = ${of.contributionId} and status = 'accepted'`);
}

export function contextOf(db: Database, person: { id: string; address: `0x${string}` }): SignedInContext {
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
