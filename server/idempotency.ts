import { createHash } from "node:crypto";
import { and, eq, lt, sql } from "drizzle-orm";
import superjson from "superjson";
import type { Database } from "@/db/client";
import { idempotencyKeys } from "@/db/schema";
import { AppError } from "./errors";

const KEY = /^[\x21-\x7e]{8,255}$/;

/** The key of a request's header `Idempotency-Key`, or null. Throws IDEMPOTENCY_KEY when it is not one. */
export function readIdempotencyKey(header: string | null): string | null {
  if (header === null || KEY.test(header)) return header;
  throw new AppError(
    "BAD_REQUEST",
    "IDEMPOTENCY_KEY",
    "The Idempotency-Key is not 8 to 255 visible characters.",
    "Send a fresh UUID with each change, and the same one when you send that change again.",
  );
}

type Call = { accountId: string; key: string; path: string; input: unknown };
type Answer = { data: unknown } | { known: unknown };

/**
 * Makes a change once, however often it is sent: the key is written in the change's own transaction, so a process
 * killed after the commit and before its reply leaves the answer, and one killed earlier leaves nothing. A second
 * sender waits for the first. Keys are kept for a day at least. Throws IDEMPOTENCY_MISMATCH.
 */
export async function onceOnly(
  db: Database,
  { accountId, key, path, input }: Call,
  work: (db: Database) => Promise<unknown>,
): Promise<Answer> {
  const inputSha256 = createHash("sha256").update(superjson.stringify(input)).digest("hex");
  return db.transaction(async (tx) => {
    const own = and(eq(idempotencyKeys.accountId, accountId), eq(idempotencyKeys.key, key));
    const added = await tx
      .insert(idempotencyKeys)
      .values({ accountId, key, path, inputSha256 })
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key });
    if (added.length === 0) {
      const [found] = await tx.select().from(idempotencyKeys).where(own);
      if (found?.path !== path || found.inputSha256 !== inputSha256) throw mismatch();
      return { known: found.result === null ? undefined : superjson.deserialize(found.result as never) };
    }
    // A transaction within is a savepoint of this one: all of it is kept, or none.
    const data = await work(tx as unknown as Database);
    const result = data === undefined ? null : superjson.serialize(data);
    await tx.update(idempotencyKeys).set({ result }).where(own);
    await tx
      .delete(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.accountId, accountId),
          lt(idempotencyKeys.createdAt, sql`now() - interval '2 days'`),
        ),
      );
    return { data };
  });
}

const mismatch = () =>
  new AppError(
    "UNPROCESSABLE",
    "IDEMPOTENCY_MISMATCH",
    "This Idempotency-Key was used before for another change.",
    "Use a fresh key for each change; only the very same one may be sent again.",
  );
