import { eq } from "drizzle-orm";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts, chainEvents, chainTransactions, datanetMembers, datanets } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createDatanetCall, type PreparedCall, setValidatorCall } from "@/server/chain/calls";
import { type Chain, createKeyClient, openChain } from "@/server/chain/client";
import { deployContracts } from "@/server/chain/deploy";
import { startTestAnvil, TEST_CHAIN_ID, TEST_KEYS, type TestAnvil } from "@/server/chain/test-anvil";
import { syncChain } from "./chain-sync";
import type { WorkerDeps } from "./worker-deps";

let test: TestDatabase;
let anvil: TestAnvil;
let chain: Chain;
let deps: WorkerDeps;
const owner = privateKeyToAccount(TEST_KEYS.owner);
const validator = privateKeyToAccount(TEST_KEYS.validator);
const policyHash = "ab".repeat(32);

beforeAll(async () => {
  [test, anvil] = await Promise.all([createTestDatabase(), startTestAnvil()]);
  const addresses = await deployContracts({
    rpcUrl: anvil.rpcUrl,
    deployerKey: TEST_KEYS.deployer,
    attestor: privateKeyToAccount(TEST_KEYS.attestor).address,
    chainId: TEST_CHAIN_ID,
  });
  chain = openChain({ ...addresses, chainId: TEST_CHAIN_ID, rpcUrl: anvil.rpcUrl });
  deps = { db: test.db } as WorkerDeps;
});
afterAll(async () => {
  await anvil.stop();
  await test.close();
});

const mine = (blocks: number) => anvil.rpc("anvil_mine", [`0x${blocks.toString(16)}`]);

async function send(call: PreparedCall): Promise<`0x${string}`> {
  const wallet = createKeyClient({ chainId: TEST_CHAIN_ID, rpcUrl: anvil.rpcUrl, key: TEST_KEYS.owner });
  return wallet.sendTransaction({ to: call.to, data: call.data });
}

async function addAccount(address: string) {
  const [row] = await test.db.insert(accounts).values({ address: address.toLowerCase() }).returning();
  return row!.id;
}

async function addDatanet(ownerId: string, hash = policyHash) {
  const values = { goal: "label", name: "n", purpose: "p", guidelines: "g", licence: "MIT" } as const;
  const [row] = await test.db
    .insert(datanets)
    .values({ ...values, ownerId, policyHash: hash })
    .returning();
  return row!.id;
}

const datanet = async (id: string) => (await test.db.select().from(datanets).where(eq(datanets.id, id)))[0]!;

describe("syncChain", () => {
  it("follows a transaction from submitted over included to final, and a second look changes nothing", async () => {
    const ownerId = await addAccount(owner.address);
    const id = await addDatanet(ownerId);
    const hash = await send(createDatanetCall(chain, { policyHash }));
    await test.db.insert(chainTransactions).values({
      hash,
      chainId: TEST_CHAIN_ID,
      purpose: "datanet.create",
      subjectId: id,
      accountId: ownerId,
    });
    await syncChain(deps, chain);
    expect(await datanet(id)).toMatchObject({ status: "registered", chainDatanetId: 1n });
    const [included] = await test.db.select().from(chainTransactions);
    expect(included?.status).toBe("included");
    await mine(4);
    await syncChain(deps, chain);
    await syncChain(deps, chain);
    const [final] = await test.db.select().from(chainTransactions);
    expect(final?.status).toBe("final");
    const created = await test.db.select().from(chainEvents).where(eq(chainEvents.name, "DatanetCreated"));
    expect(created).toHaveLength(1);
    expect(created[0]?.args).toMatchObject({ datanetId: "1", policyHash: `0x${policyHash}` });
  });

  it("finds an event that no browser told us about", async () => {
    const memberId = await addAccount(validator.address);
    const [first] = await test.db.select().from(datanets);
    await test.db
      .insert(datanetMembers)
      .values({ datanetId: first!.id, accountId: memberId, isValidator: true });
    await send(setValidatorCall(chain, { datanetId: 1n, account: validator.address, isActive: true }));
    await mine(4);
    await syncChain(deps, chain);
    const [member] = await test.db
      .select()
      .from(datanetMembers)
      .where(eq(datanetMembers.accountId, memberId));
    expect(member?.isValidatorOnChain).toBe(true);
  });

  it("gives a Datanet back to its owner when the transaction was dropped", async () => {
    const [account] = await test.db
      .select()
      .from(accounts)
      .where(eq(accounts.address, owner.address.toLowerCase()));
    const id = await addDatanet(account!.id, "cd".repeat(32));
    await test.db.update(datanets).set({ status: "registering" }).where(eq(datanets.id, id));
    await test.db.insert(chainTransactions).values({
      hash: `0x${"99".repeat(32)}`,
      chainId: TEST_CHAIN_ID,
      purpose: "datanet.create",
      subjectId: id,
      accountId: account!.id,
      createdAt: new Date(Date.now() - 6 * 60_000),
    });
    await syncChain(deps, chain);
    expect((await datanet(id)).status).toBe("draft");
  });

  it("stops with a sentence when the chain behind the address is another one", async () => {
    const other = await startTestAnvil(["--timestamp", "1700000000"]);
    try {
      const replaced = openChain({ ...chain, rpcUrl: other.rpcUrl });
      await expect(syncChain(deps, replaced)).rejects.toThrow(/another one than this database follows/);
    } finally {
      await other.stop();
    }
  });
});
