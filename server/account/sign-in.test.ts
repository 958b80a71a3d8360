import { eq } from "drizzle-orm";
import { privateKeyToAccount } from "viem/accounts";
import { createSiweMessage } from "viem/siwe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditLog, authNonces, sessions } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { sealAudit } from "@/server/audit/seal";
import { issueNonce } from "@/server/auth/nonce";
import { findActor, hashToken } from "@/server/auth/session";
import { SIWE_STATEMENT } from "@/server/auth/siwe";
import type { Context } from "@/server/context";
import { FolderBlobStore } from "@/server/storage/blob-store";
import { signIn } from "./sign-in";
import { signOut } from "./sign-out";

const account = privateKeyToAccount("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");
const browser = "b".repeat(32);
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const context = (change: Partial<Context> = {}): Context => ({
  db: test.db,
  blobs: new FolderBlobStore("unused"),
  actor: null,
  requestId: "test",
  browser,
  userAgent: "vitest",
  setCookie: () => {},
  ...change,
});

async function signedMessage(nonce: string) {
  const message = createSiweMessage({
    address: account.address,
    chainId: 31337,
    domain: "127.0.0.1:3000",
    uri: "http://127.0.0.1:3000",
    nonce,
    version: "1",
    statement: SIWE_STATEMENT,
    issuedAt: new Date(),
    expirationTime: new Date(Date.now() + 5 * 60_000),
  });
  return { message, signature: await account.signMessage({ message }) };
}

describe("signIn", () => {
  it("opens a session once per nonce, and stores only the token's hash", async () => {
    const input = await signedMessage(await issueNonce(test.db, browser));
    const { token } = await signIn(context(), input);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    const actor = await findActor(test.db, token);
    expect(actor?.address).toBe(account.address.toLowerCase());
    const stored = await test.db
      .select()
      .from(sessions)
      .where(eq(sessions.tokenHash, hashToken(token)));
    expect(stored).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toContain(token);
    await expect(signIn(context(), input)).rejects.toMatchObject({ code: "SIWE_NONCE", status: 401 });
  });

  it("lets only one of twenty parallel uses of a nonce through", async () => {
    const input = await signedMessage(await issueNonce(test.db, browser));
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => signIn(context(), input)));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  it("refuses a nonce made for another browser, and one past its time", async () => {
    const foreign = await signedMessage(await issueNonce(test.db, "c".repeat(32)));
    await expect(signIn(context(), foreign)).rejects.toMatchObject({ code: "SIWE_NONCE" });
    await expect(signIn(context({ browser: null }), foreign)).rejects.toMatchObject({ code: "SIWE_NONCE" });
    const nonce = await issueNonce(test.db, browser);
    await test.db
      .update(authNonces)
      .set({ expiresAt: new Date(0) })
      .where(eq(authNonces.nonce, nonce));
    await expect(signIn(context(), await signedMessage(nonce))).rejects.toMatchObject({ code: "SIWE_NONCE" });
  });

  it("ends a session at sign-out, and traces both in a hash chain without a gap", async () => {
    const input = await signedMessage(await issueNonce(test.db, browser));
    const { token } = await signIn(context(), input);
    const actor = await findActor(test.db, token);
    await signOut({ ...context(), actor: actor! });
    expect(await findActor(test.db, token)).toBeNull();
    await sealAudit(test.db);
    const log = await test.db.select().from(auditLog).orderBy(auditLog.place);
    expect(log.at(-1)?.action).toBe("account.sign-out");
    for (let i = 1; i < log.length; i += 1) expect(log[i]?.previousHash).toBe(log[i - 1]?.hash);
  });

  it("forgets a session that was idle for 31 minutes or is past its twelve hours", async () => {
    const input = await signedMessage(await issueNonce(test.db, browser));
    const { token } = await signIn(context(), input);
    const mine = eq(sessions.tokenHash, hashToken(token));
    await test.db
      .update(sessions)
      .set({ lastSeenAt: new Date(Date.now() - 31 * 60_000) })
      .where(mine);
    expect(await findActor(test.db, token)).toBeNull();
    await test.db
      .update(sessions)
      .set({ lastSeenAt: new Date(), expiresAt: new Date(0) })
      .where(mine);
    expect(await findActor(test.db, token)).toBeNull();
  });
});
