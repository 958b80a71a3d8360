import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { toAppError } from "./errors";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const fate = (work: Promise<unknown>) =>
  work.then(
    () => "answered",
    (error) => toAppError(error).code,
  );

test("a connection that ends in the middle of a transaction is a database away, whichever statement meets it", async () => {
  const end = sql`select pg_terminate_backend(pg_backend_pid())`;
  expect(await fate(database.db.execute(end))).toBe("DB_UNAVAILABLE");
  expect(await fate(database.db.transaction((tx) => tx.execute(end)))).toBe("DB_UNAVAILABLE");
  const goesOn = database.db.transaction(async (tx) => {
    await tx.execute(end).catch(() => {});
    await tx.execute(sql`select 1`);
  });
  expect(await fate(goesOn)).toBe("DB_UNAVAILABLE");
  expect(await fate(database.db.execute(sql`select 1`))).toBe("answered");
});

test("a database away is told by the error's shape, also in another bundle's copy of its class", () => {
  class QueryError extends Error {
    query = "select 1";
    params = [];
  }
  const failed = (cause: Error) => toAppError(new QueryError("Failed query: select 1", { cause }));
  expect(failed(new Error("Query read timeout")).code).toBe("DB_UNAVAILABLE");
  expect(failed(Object.assign(new Error("refused"), { code: "ECONNREFUSED" })).code).toBe("DB_UNAVAILABLE");
  expect(failed(new Error("division by zero")).code).toBe("INTERNAL");
});

test("a full disk is named, whether the database or a file meets it", () => {
  const full = (code: string) => toAppError(Object.assign(new Error("No space left on device"), { code }));
  for (const error of [full("53100"), full("ENOSPC")])
    expect([error.code, error.status, error.message]).toEqual([
      "NO_SPACE",
      507,
      "The disk is full, so nothing could be stored.",
    ]);
});

test("a mistake of ours stays one, and shows nothing of itself", () => {
  const error = toAppError(new TypeError("x is undefined"));
  expect([error.code, error.status, error.message]).toEqual([
    "INTERNAL",
    500,
    "Something went wrong on our side.",
  ]);
});
