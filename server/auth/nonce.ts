import { randomBytes } from "node:crypto";
import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { authNonces } from "@/db/schema";
import { hashToken } from "./session";

const NONCE_MINUTES = 10;

/** Random from the operating system: viem's generateSiweNonce is Math.random and guessable. */
export async function issueNonce(db: DatabaseOrTransaction, browser: string): Promise<string> {
  const nonce = randomBytes(16).toString("hex");
  await db.delete(authNonces).where(lt(authNonces.expiresAt, sql`now()`));
  await db.insert(authNonces).values({
    nonce,
    browserHash: hashToken(browser),
    expiresAt: new Date(Date.now() + NONCE_MINUTES * 60_000),
  });
  return nonce;
}

/** True once per nonce: the delete is the check, so two requests cannot both pass. */
export async function consumeNonce(
  db: DatabaseOrTransaction,
  nonce: string,
  browser: string,
): Promise<boolean> {
  const used = await db
    .delete(authNonces)
    .where(
      and(
        eq(authNonces.nonce, nonce),
        eq(authNonces.browserHash, hashToken(browser)),
        gt(authNonces.expiresAt, sql`now()`),
      ),
    )
    .returning();
  return used.length === 1;
}
