import { eq } from "drizzle-orm";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts, chainEvents, chainTransactions, datanetMembers, datanets } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createDatanetCall, type PreparedCall, setValidatorCall } from "@/server/chain/calls";
import { type Chain, createKeyClient, openChain } from "@/server/chain/client";
import { deployContracts } from "@/server/chain/deploy";
import { getTransaction } from "@/server/chain/queries";
import { recordSubmitted } from "@/server/chain/submitted";
import { startTestAnvil, TEST_CHAIN_ID, TEST_KEYS, type TestAnvil } from "@/server/chain/test-anvil";
import type { SignedInContext } from "@/server/trpc";
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
  deps = { db: test.db, env: { CHAIN_DROPPED_AFTER_MS: 5 * 60_000 } } as WorkerDeps;
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

/** The signed bytes of a transaction that waits in the pool, as a wallet keeps them. */
async function rawTransaction(hash: `0x${string}`): Promise<`0x${string}`> {
  return (await anvil.rpc("eth_getRawTransactionByHash", [hash])) as `0x${string}`;
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

  describe("in a wallet that changes its mind", () => {
    const FASTER = { maxFeePerGas: 90_000_000_000n, maxPriorityFeePerGas: 9_000_000_000n };
    const wallet = () =>
      createKeyClient({ chainId: TEST_CHAIN_ID, rpcUrl: anvil.rpcUrl, key: TEST_KEYS.validator });
    let context: SignedInContext;

    /** A Datanet whose registration was signed, told to the server, and looked for once. */
    async function pendingRegistration(hashByte: string) {
      const address = validator.address.toLowerCase();
      const [account] = await test.db.select().from(accounts).where(eq(accounts.address, address));
      context = {
        db: test.db,
        actor: { accountId: account!.id, address, sessionHash: "s" },
      } as unknown as SignedInContext;
      const policy = hashByte.repeat(32);
      const id = await addDatanet(account!.id, policy);
      const call = createDatanetCall(chain, { policyHash: policy });
      const nonce = await chain.client.getTransactionCount({ address: validator.address });
      await anvil.rpc("evm_setAutomine", [false]);
      const first = await wallet().sendTransaction({ to: call.to, data: call.data, nonce });
      await recordSubmitted(context, { hash: first, purpose: "datanet.create", subjectId: id });
      await syncChain(deps, chain);
      expect((await datanet(id)).status).toBe("registering");
      const sendInstead = async (what: { to: `0x${string}`; data?: `0x${string}` }) => {
        const second = await wallet().sendTransaction({ ...what, nonce, ...FASTER });
        await anvil.rpc("evm_setAutomine", [true]);
        await mine(1);
        await syncChain(deps, chain);
        return second;
      };
      return { id, call, first, sendInstead };
    }

    it("follows a sped-up transaction under its new hash", async () => {
      const { id, call, first, sendInstead } = await pendingRegistration("e1");
      const second = await sendInstead({ to: call.to, data: call.data });
      expect((await datanet(id)).status).toBe("registering");
      await syncChain(deps, chain);
      expect(await getTransaction(context, first)).toMatchObject({ hash: second, status: "included" });
      expect((await datanet(id)).status).toBe("registered");
    });

    it("gives the Datanet back after a cancelled one", async () => {
      const { id, first, sendInstead } = await pendingRegistration("e2");
      const second = await sendInstead({ to: validator.address });
      expect(await getTransaction(context, first)).toMatchObject({
        hash: first,
        status: "replaced",
        replacedBy: second,
      });
      expect((await datanet(id)).status).toBe("draft");
    });

    it("takes up a dropped one again when the very same is sent once more, and not for anybody else", async () => {
      const { id, first } = await pendingRegistration("e3");
      const raw = await rawTransaction(first);
      await anvil.rpc("anvil_dropTransaction", [first]);
      await anvil.rpc("evm_setAutomine", [true]);
      const hasPassed = { createdAt: new Date(Date.now() - 6 * 60_000) };
      await test.db.update(chainTransactions).set(hasPassed).where(eq(chainTransactions.hash, first));
      await syncChain(deps, chain);
      expect(await getTransaction(context, first)).toMatchObject({ status: "dropped" });
      expect((await datanet(id)).status).toBe("draft");

      const told = { hash: first, purpose: "datanet.create", subjectId: id } as const;
      const other = await addDatanet(context.actor.accountId, "e4".repeat(32));
      await recordSubmitted(context, { ...told, subjectId: other });
      expect(await getTransaction(context, first)).toMatchObject({ status: "dropped", subjectId: id });
      await recordSubmitted(context, told);
      expect(await getTransaction(context, first)).toMatchObject({ status: "submitted", problem: null });
      expect((await datanet(id)).status).toBe("registering");
      await anvil.rpc("eth_sendRawTransaction", [raw]);
      await syncChain(deps, chain);
      expect(await getTransaction(context, first)).toMatchObject({ status: "included" });
      expect((await datanet(id)).status).toBe("registered");
    });

    it("settles a dropped one that comes into a block after all, told or not", async () => {
      const { id, first } = await pendingRegistration("e5");
      await test.db
        .update(chainTransactions)
        .set({ status: "dropped" })
        .where(eq(chainTransactions.hash, first));
      await anvil.rpc("evm_setAutomine", [true]);
      await mine(4);
      await syncChain(deps, chain);
      expect(await getTransaction(context, first)).toMatchObject({ status: "final", problem: null });
      expect((await datanet(id)).status).toBe("registered");
    });
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
