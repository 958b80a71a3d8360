import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accounts, datanets } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import type { Context } from "./context";
import { createCaller } from "./router";

let test: TestDatabase;
let actor: NonNullable<Context["actor"]>;
beforeAll(async () => {
  test = await createTestDatabase();
  const address = `0x${"a1".repeat(20)}` as const;
  const [account] = await test.db.insert(accounts).values({ address }).returning();
  actor = { accountId: account!.id, address, sessionHash: "s" };
});
afterAll(() => test.close());

const caller = (idempotencyKey: string | null) =>
  createCaller({
    db: test.db,
    blobs: {} as Context["blobs"],
    actor,
    requestId: "r",
    browser: null,
    userAgent: null,
    idempotencyKey,
    setCookie: () => {},
  });
const datanet = {
  goal: "answer" as const,
  name: "Twice sent",
  purpose: "Is made once however often it is sent.",
  guidelines: "One question and one answer a row.",
  licence: "CC-BY-4.0",
};
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error) => error.cause?.code,
  );

it("the same change with the same key is made once, also when both are sent at the same moment", async () => {
  const key = randomUUID();
  const first = await caller(key).datanet.create(datanet);
  const [second, third] = await Promise.all([
    caller(key).datanet.create(datanet),
    caller(key).datanet.create(datanet),
  ]);
  expect(second).toEqual(first);
  expect(third).toEqual(first);
  expect(await test.db.select().from(datanets)).toHaveLength(1);
  const other = await caller(randomUUID()).datanet.create(datanet);
  expect(other.datanetId).not.toBe(first.datanetId);
});

it("a key of another change is refused, and a refused change leaves its key free", async () => {
  const key = randomUUID();
  await caller(key).datanet.create({ ...datanet, name: "One" });
  expect(await code(caller(key).datanet.create({ ...datanet, name: "Two" }))).toBe("IDEMPOTENCY_MISMATCH");
  const free = randomUUID();
  expect(await code(caller(free).snapshot.freeze({ datanetId: randomUUID() }))).toBe("NOT_FOUND");
  expect((await caller(free).datanet.create({ ...datanet, name: "Three" })).datanetId).toBeTruthy();
  expect(await code(caller("short").datanet.create(datanet))).toBe("IDEMPOTENCY_KEY");
});
