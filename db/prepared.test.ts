import { eq, inArray } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accounts } from "./schema";
import { createTestDatabase, type TestDatabase } from "./test-database";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Statements that this connection keeps, as text. */
const kept = async (tx: Parameters<Parameters<TestDatabase["db"]["transaction"]>[0]>[0]) =>
  (await tx.execute<{ statement: string }>("select statement from pg_prepared_statements")).rows.map(
    ({ statement }) => statement,
  );

test("what is asked again is planned once; what has no parameters or a long list is not kept", async () => {
  await database.db.transaction(async (tx) => {
    for (let i = 0; i < 3; i += 1)
      expect(await tx.select().from(accounts).where(eq(accounts.id, NOBODY))).toEqual([]);
    await tx.select().from(accounts);
    await tx
      .select()
      .from(accounts)
      .where(
        inArray(
          accounts.id,
          Array.from({ length: 31 }, () => NOBODY),
        ),
      );
    const statements = await kept(tx);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatch(/from "accounts" where "accounts"."id" = \$1$/);
  });
});

test("another value gets its own answer", async () => {
  const address = `0x${"1".repeat(40)}`;
  const [made] = await database.db.insert(accounts).values({ address }).returning();
  const find = (id: string) =>
    database.db.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, id));
  for (let i = 0; i < 8; i += 1) {
    expect(await find(NOBODY)).toEqual([]);
    expect(await find(made!.id)).toEqual([{ id: made!.id }]);
  }
});
