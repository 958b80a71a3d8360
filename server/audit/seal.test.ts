import { asc } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Transaction } from "@/db/client";
import { auditLog } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { appendAudit } from "./append";
import { auditHash, sealAudit } from "./seal";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const append = (tx: Transaction, action: string) =>
  appendAudit(tx, { actorId: null, action, subject: "thing:1", data: { b: 1, a: [2] } });
const chain = () => database.db.select().from(auditLog).orderBy(asc(auditLog.place));

test("an action waits for no other, and one that commits later comes later in the chain", async () => {
  const { db } = database;
  await db.transaction(async (early) => {
    await append(early, "early.began");
    // Both are open at once: with a lock held until the commit this would never come to an end.
    await db.transaction((late) => append(late, "late.began"));
    expect(await sealAudit(db)).toBe(1);
  });
  await db.transaction((tx) => append(tx, "last.began"));
  expect(await sealAudit(db)).toBe(2);
  expect(await sealAudit(db)).toBe(0);

  const log = await chain();
  expect(log.map(({ place, action }) => [place, action])).toEqual([
    [1, "late.began"],
    [2, "early.began"],
    [3, "last.began"],
  ]);
  let previousHash = "";
  for (const { actorId, action, subject, data, createdAt, ...link } of log) {
    const at = createdAt.toISOString();
    expect(link.previousHash).toBe(previousHash);
    expect(link.hash).toBe(auditHash({ actorId, action, subject, data, at, previousHash }));
    previousHash = link.hash!;
  }
});

test("an action that is undone leaves no trace, and two sealers leave one chain", async () => {
  const { db } = database;
  const before = (await chain()).length;
  await expect(
    db.transaction(async (tx) => {
      await append(tx, "undone.began");
      throw new Error("undone");
    }),
  ).rejects.toThrow("undone");
  for (let i = 0; i < 20; i += 1) await db.transaction((tx) => append(tx, "many.began"));
  const sealed = await Promise.all([sealAudit(db), sealAudit(db), sealAudit(db)]);
  expect(sealed.sort()).toEqual([0, 0, 20]);
  const log = await chain();
  expect(log.map(({ place }) => place)).toEqual(Array.from({ length: before + 20 }, (_, i) => i + 1));
  expect(log.slice(1).every(({ previousHash }, i) => previousHash === log[i]!.hash)).toBe(true);
});
