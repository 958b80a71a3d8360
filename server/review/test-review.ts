import { eq, inArray } from "drizzle-orm";
import { afterAll, beforeAll } from "vitest";
import type { z } from "zod";
import { createDatabase, createPool, type Database } from "@/db/client";
import { makeAccount, makeContribution, makeDatanet, makeMember } from "@/db/factories";
import { contributions, records } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import type { SignedInContext } from "@/server/trpc";
import { claimNext } from "./claim-next";
import { decideReview } from "./decide";
import type { DecideInput } from "./schemas";

export type Person = { id: string; address: `0x${string}` };

export const HALF_HOUR = 30 * 60_000;

export const prompts = (n: number, word = "question") =>
  Array.from({ length: n }, (_, i) => `${word} ${i + 1}`);

/** A database for the file that calls this, and what its tests do with the queue. */
export function reviewWorldPerFile() {
  let test: TestDatabase;
  let db: Database;
  const pools: { end(): Promise<void> }[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
    // Wide enough that eight validators really run at once.
    const pool = createPool(test.url, 12);
    pools.push(pool);
    db = createDatabase(pool);
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await test.close();
  });
  const as = (person: Person): SignedInContext => ({
    db,
    blobs: null as never,
    actor: { accountId: person.id, address: person.address, sessionHash: "" },
    requestId: "test",
    browser: null,
    userAgent: null,
    setCookie: () => {},
  });
  const t = {
    claim: async (person: Person, datanetId: string, recordId: string, mode?: "triage" | "adjudication") => {
      const { item } = await claimNext(as(person), { datanetId, wantedRecordId: recordId, mode }, HALF_HOUR);
      if (item?.recordId !== recordId)
        throw new Error(`the row is not to be had: ${item?.recordId ?? "none"}`);
      return item;
    },
  };
  return {
    ...t,
    get db() {
      return db;
    },
    as,
    /** From now on two people decide on these rows. */
    wantTwo: (recordIds: string[]) =>
      db.update(records).set({ reviewsWanted: 2 }).where(inArray(records.id, recordIds)),
    /** A Datanet with one contributor's pending rows and some validators. */
    async setUp(rows: number, validators = 1) {
      const owner = await makeAccount(db);
      const datanetId = await makeDatanet(db, owner.id);
      const contributor = await makeMember(db, datanetId);
      const people = await Promise.all(
        Array.from({ length: validators }, () => makeMember(db, datanetId, true)),
      );
      const made = await makeContribution(db, { datanetId, contributorId: contributor.id }, prompts(rows));
      return { datanetId, contributor, people, ...made };
    },
    next: (person: Person, datanetId: string, skipRecordId?: string, ttlMs = HALF_HOUR) =>
      claimNext(as(person), { datanetId, skipRecordId }, ttlMs),
    /** Claims this very row and decides on it. */
    decide: async (person: Person, datanetId: string, input: z.input<typeof DecideInput>) => {
      await t.claim(person, datanetId, input.recordId);
      return decideReview(as(person), input);
    },
    accept: (person: Person, recordId: string) => decideReview(as(person), { recordId, decision: "accept" }),
    statusOf: async (recordId: string) =>
      (await db.select({ status: records.status }).from(records).where(eq(records.id, recordId)))[0]!.status,
    contributionStatus: async (id: string) =>
      (
        await db.select({ status: contributions.status }).from(contributions).where(eq(contributions.id, id))
      )[0]!.status,
  };
}
