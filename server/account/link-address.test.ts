import { eq } from "drizzle-orm";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { createSiweMessage } from "viem/siwe";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeAccount } from "@/db/factories";
import { accounts } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { issueNonce } from "@/server/auth/nonce";
import { SIWE_STATEMENT } from "@/server/auth/siwe";
import type { SignedInContext } from "@/server/trpc";
import { linkAddress } from "./link-address";
import { isSamePerson, linkedAddresses } from "./person";
import { linkStatement } from "./schemas";

const browser = "b".repeat(32);
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

type Account = { id: string; address: `0x${string}` };
const as = (account: Account): SignedInContext => ({
  db: test.db,
  blobs: null as never,
  actor: { accountId: account.id, address: account.address, sessionHash: "" },
  requestId: "test",
  browser,
  userAgent: null,
  setCookie: () => {},
});

async function signed(statement: string, key = generatePrivateKey()) {
  const wallet = privateKeyToAccount(key);
  const message = createSiweMessage({
    address: wallet.address,
    chainId: 31337,
    domain: "127.0.0.1:3000",
    uri: "http://127.0.0.1:3000",
    nonce: await issueNonce(test.db, browser),
    version: "1",
    statement,
    issuedAt: new Date(),
    expirationTime: new Date(Date.now() + 5 * 60_000),
  });
  return {
    address: wallet.address.toLowerCase(),
    input: { message, signature: await wallet.signMessage({ message }) },
  };
}

it("an address that signs for this account is the same person, whatever else it was linked to", async () => {
  const me = await makeAccount(test.db);
  const other = await makeAccount(test.db);
  const { address, input } = await signed(linkStatement(me.address));
  expect(await linkAddress(as(me), input)).toEqual({ address });
  await expect(linkAddress(as(me), input)).rejects.toMatchObject({ code: "SIWE_NONCE" });
  expect((await linkedAddresses(test.db, me.id)).map((each) => each.address)).toEqual([address]);
  const [linked] = await test.db.select().from(accounts).where(eq(accounts.address, address));
  expect(await isSamePerson(test.db, me.id, linked!.id)).toBe(true);
  expect(await isSamePerson(test.db, me.id, other.id)).toBe(false);
  // A chain of links is one person.
  const key = generatePrivateKey();
  const second = await signed(linkStatement(other.address), key);
  await linkAddress(as(other), second.input);
  const again = await signed(linkStatement(me.address), key);
  await linkAddress(as(me), again.input);
  expect(await isSamePerson(test.db, me.id, other.id)).toBe(true);
});

it("a sign-in message links nothing, nor one made for another account", async () => {
  const me = await makeAccount(test.db);
  const other = await makeAccount(test.db);
  const signIn = await signed(SIWE_STATEMENT);
  await expect(linkAddress(as(me), signIn.input)).rejects.toMatchObject({ code: "SIWE_FORMAT" });
  const foreign = await signed(linkStatement(other.address));
  await expect(linkAddress(as(me), foreign.input)).rejects.toMatchObject({ code: "SIWE_FORMAT" });
  expect(await linkedAddresses(test.db, me.id)).toEqual([]);
});
