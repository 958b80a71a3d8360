import { type Address, createWalletClient, encodeFunctionData, type Hex, http } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapterRegistryAbi, datanetRegistryAbi } from "@/contracts/generated/abi";
import {
  buildPublication,
  commitBatchCall,
  commitRunCall,
  createDatanetCall,
  type PreparedCall,
  publishCall,
  setValidatorCall,
  signVoucher,
} from "./calls";
import { type Chain, describeChain, openChain } from "./client";
import { deployContracts } from "./deploy";
import { decodeLogs, readEvents, readHead, toJsonArgs } from "./events";
import { leafHash, merkleProof, merkleRoot, sha256Hex, toBytes32 } from "./hash";
import {
  readAdapter,
  readBatch,
  readDatanet,
  readIsValidator,
  readNonce,
  readRunCommit,
  readTokenOfArtifact,
  simulateCall,
} from "./reads";
import { readTransaction } from "./receipt";
import { startTestAnvil, TEST_CHAIN_ID, TEST_KEYS, type TestAnvil } from "./test-anvil";
import { batchApproval, publish } from "./typed-data";

const owner = privateKeyToAccount(TEST_KEYS.owner);
const validator = privateKeyToAccount(TEST_KEYS.validator);
const creator = privateKeyToAccount(TEST_KEYS.creator);
const attestor = privateKeyToAccount(TEST_KEYS.attestor);
const YEAR_2100 = 4_102_444_800n;

let anvil: TestAnvil;
let chain: Chain;

beforeAll(async () => {
  anvil = await startTestAnvil();
  const input = { rpcUrl: anvil.rpcUrl, chainId: TEST_CHAIN_ID, deployerKey: TEST_KEYS.deployer };
  const deployment = await deployContracts({ ...input, attestor: attestor.address });
  chain = openChain({ ...deployment, rpcUrl: anvil.rpcUrl });
});
afterAll(() => anvil?.stop());

function wallet(account: PrivateKeyAccount) {
  const config = { chainId: TEST_CHAIN_ID, rpcUrl: anvil.rpcUrl };
  return createWalletClient({ account, chain: describeChain(config), transport: http(anvil.rpcUrl) });
}

async function send(
  account: PrivateKeyAccount,
  call: PreparedCall,
  options: { gas?: bigint; nonce?: number; maxFeePerGas?: bigint; maxPriorityFeePerGas?: bigint } = {},
) {
  return wallet(account).sendTransaction({ to: call.to, data: call.data, ...options });
}

async function included(account: PrivateKeyAccount, call: PreparedCall) {
  const hash = await send(account, call);
  return chain.client.waitForTransactionReceipt({ hash });
}

async function createDatanet(name: string): Promise<bigint> {
  const receipt = await included(owner, createDatanetCall(chain, { policyHash: sha256Hex(name) }));
  const [event] = decodeLogs(chain, receipt.logs);
  if (event?.name !== "DatanetCreated") throw new Error(`unexpected ${event?.name}`);
  return event.args.datanetId;
}

const rows = ["one", "two", "three"].map((text) => ({
  rowHash: sha256Hex(text),
  contributor: creator.address,
  salt: sha256Hex(`salt ${text}`),
}));

async function approvedBatch(datanetId: bigint, batch: number, validators: PrivateKeyAccount[]) {
  const content = {
    datanetId,
    root: merkleRoot(rows),
    leaves: rows.length,
    manifestHash: sha256Hex("manifest"),
  };
  const message = batchApproval(
    { chainId: chain.chainId, contract: chain.datanetRegistry },
    {
      datanetId,
      batchNo: BigInt(batch),
      root: toBytes32(content.root),
      leaves: BigInt(content.leaves),
      manifestHash: toBytes32(content.manifestHash),
      deadline: YEAR_2100,
    },
  );
  const approvals = await Promise.all(
    validators.map(async (account) => ({
      signer: account.address,
      signature: await account.signTypedData(message),
    })),
  );
  return commitBatchCall(chain, { ...content, deadline: YEAR_2100, approvals });
}

async function publication(name: string, overrides: { nonce?: bigint } = {}) {
  const runCommit = sha256Hex(`run ${name}`);
  await included(creator, commitRunCall(chain, { runCommit }));
  const built = buildPublication({
    creator: creator.address,
    artifactHash: sha256Hex(`artifact ${name}`),
    baseModelHash: sha256Hex("base"),
    provenanceRoot: sha256Hex("provenance"),
    evaluationHash: sha256Hex("evaluation"),
    cardHash: sha256Hex("card"),
    runCommit,
    uri: `https://modelfactory.example/adapters/${name}`,
    nonce: overrides.nonce ?? (await readNonce(chain, creator.address)),
    deadline: YEAR_2100,
  });
  const { chainId, adapterRegistry } = chain;
  const voucher = await signVoucher({
    attestorKey: TEST_KEYS.attestor,
    chainId,
    adapterRegistry,
    publication: built,
  });
  return { publication: built, voucher };
}

test("from a Datanet to a frozen batch, read back and proven", async () => {
  const datanetId = await createDatanet("loop");
  const validators = [validator, creator, attestor];
  for (const { address } of validators) {
    await included(owner, setValidatorCall(chain, { datanetId, account: address, isActive: true }));
  }
  expect(await readIsValidator(chain, datanetId, validator.address)).toBe(true);
  expect(await readIsValidator(chain, datanetId, owner.address)).toBe(false);

  const receipt = await included(owner, await approvedBatch(datanetId, 1, validators));
  expect(receipt.gasUsed).toBeLessThan(170_000n);
  const [event] = decodeLogs(chain, receipt.logs);
  expect(event).toMatchObject({ name: "BatchCommitted", contract: chain.datanetRegistry });
  const sorted = validators.map(({ address }) => address).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  expect(toJsonArgs(event!.args)).toEqual({
    datanetId: datanetId.toString(),
    batchNo: "1",
    root: toBytes32(merkleRoot(rows)),
    manifestHash: toBytes32(sha256Hex("manifest")),
    policyHash: toBytes32(sha256Hex("loop")),
    leaves: "3",
    signers: sorted,
  });
  expect(await readDatanet(chain, datanetId)).toEqual({
    owner: owner.address,
    pendingOwner: null,
    status: "open",
    quorum: 1,
    batches: 1,
    policyHash: sha256Hex("loop"),
  });
  expect(await readBatch(chain, datanetId, 1)).toMatchObject({ root: merkleRoot(rows), leaves: 3 });
  expect(await readBatch(chain, datanetId, 2)).toBeNull();
  expect(await readDatanet(chain, 999n)).toBeNull();

  const leaves = rows.map(leafHash);
  const isProven = await chain.client.readContract({
    address: chain.datanetRegistry,
    abi: datanetRegistryAbi,
    functionName: "verify",
    args: [datanetId, 1n, toBytes32(leaves[1]!), merkleProof(leaves, leaves[1]!).map(toBytes32)],
  });
  expect(isProven).toBe(true);
});

test("from a run commitment to a published adapter, read back", async () => {
  const prepared = await publication("first");
  expect(await readRunCommit(chain, creator.address, sha256Hex("run first"))).toMatchObject({
    tokenId: null,
  });
  expect(await readRunCommit(chain, owner.address, sha256Hex("run first"))).toBeNull();
  const call = publishCall(chain, prepared);
  expect(await simulateCall(chain, { ...call, from: creator.address })).toEqual({ ok: true });
  expect(await simulateCall(chain, { ...call, from: owner.address })).toMatchObject({
    ok: false,
    code: "NotCreator",
  });

  const receipt = await included(creator, call);
  // The first publication of a registry fills every slot for the first time; a creator's second costs about 50,000 less.
  expect(receipt.gasUsed).toBeLessThan(330_000n);
  const event = decodeLogs(chain, receipt.logs).find(({ name }) => name === "Published");
  expect(event?.args).toMatchObject({
    tokenId: 1n,
    attestor: attestor.address,
    pub: { uri: "https://modelfactory.example/adapters/first" },
  });
  expect(await readTokenOfArtifact(chain, sha256Hex("artifact first"))).toBe(1n);
  expect(await readTokenOfArtifact(chain, sha256Hex("unknown"))).toBeNull();
  expect(await readRunCommit(chain, creator.address, sha256Hex("run first"))).toMatchObject({ tokenId: 1 });
  expect(await readAdapter(chain, 1n)).toMatchObject({
    artifactHash: sha256Hex("artifact first"),
    evaluationHash: sha256Hex("evaluation"),
    cardHash: sha256Hex("card"),
    creator: creator.address,
    status: "active",
    supersededBy: null,
  });
  expect(await readAdapter(chain, 99n)).toBeNull();
});

test("another account publishes with the creator's signature", async () => {
  const { publication: pub, voucher } = await publication("relayed");
  const at = { chainId: chain.chainId, contract: chain.adapterRegistry };
  const consent = await creator.signTypedData(publish(at, pub, YEAR_2100 - 1n));
  const data = encodeFunctionData({
    abi: adapterRegistryAbi,
    functionName: "publishFor",
    args: [pub, YEAR_2100 - 1n, consent, voucher],
  });
  const receipt = await included(owner, { chainId: chain.chainId, to: chain.adapterRegistry, data });
  expect(receipt.status).toBe("success");
  expect(await readTokenOfArtifact(chain, sha256Hex("artifact relayed"))).not.toBeNull();
});

describe("the state of a transaction", () => {
  test("submitted, included, final", async () => {
    await anvil.rpc("evm_setAutomine", [false]);
    const hash = await send(owner, createDatanetCall(chain, { policyHash: sha256Hex("states") }));
    expect(await readTransaction(chain, hash)).toMatchObject({ status: "pending", from: owner.address });
    await anvil.rpc("evm_mine");
    await anvil.rpc("evm_setAutomine", [true]);
    expect(await readTransaction(chain, hash)).toMatchObject({
      status: "included",
      events: [{ name: "DatanetCreated", args: { owner: owner.address } }],
    });
    await anvil.rpc("anvil_mine", ["0x2"]);
    expect(await readTransaction(chain, hash)).toMatchObject({ status: "final" });
  });

  test("reverted, with the reason", async () => {
    const call = setValidatorCall(chain, { datanetId: 1n, account: validator.address, isActive: true });
    const hash = await send(creator, call, { gas: 200_000n });
    expect(await readTransaction(chain, hash)).toMatchObject({
      status: "reverted",
      isFinal: false,
      error: { code: "NotDatanetOwner", message: "Only the owner of the Datanet may do this." },
    });
  });

  test("out of gas", async () => {
    const hash = await send(owner, createDatanetCall(chain, { policyHash: sha256Hex("gas") }), {
      gas: 40_000n,
    });
    expect(await readTransaction(chain, hash)).toMatchObject({
      status: "reverted",
      error: { code: "OUT_OF_GAS" },
    });
  });

  test("replaced by another transaction with the same nonce, and found", async () => {
    await anvil.rpc("evm_setAutomine", [false]);
    const nonce = await chain.client.getTransactionCount({ address: validator.address });
    const sinceBlock = await chain.client.getBlockNumber();
    const first = await send(validator, createDatanetCall(chain, { policyHash: sha256Hex("a") }), { nonce });
    await anvil.rpc("anvil_dropTransaction", [first]);
    expect(await readTransaction(chain, first, { from: validator.address, nonce })).toEqual({
      status: "unknown",
    });
    const second = await send(validator, createDatanetCall(chain, { policyHash: sha256Hex("b") }), { nonce });
    await anvil.rpc("evm_mine");
    await anvil.rpc("evm_setAutomine", [true]);
    await anvil.rpc("anvil_mine", ["0x3"]);
    const sender = { from: validator.address, nonce, sinceBlock };
    expect(await readTransaction(chain, first, sender)).toMatchObject({
      status: "replaced",
      by: { hash: second },
    });
    expect(await readTransaction(chain, second, sender)).toMatchObject({ status: "final" });
    // A pruning node, or a local one that was started again, has every block and no state but the last.
    const getTransactionCount: typeof chain.client.getTransactionCount = (args) =>
      "blockNumber" in args && args.blockNumber !== undefined
        ? Promise.reject(new Error("missing trie node"))
        : chain.client.getTransactionCount(args);
    const pruned = { ...chain, client: { ...chain.client, getTransactionCount } };
    expect(await readTransaction(pruned, first, { from: validator.address, nonce })).toMatchObject({
      status: "replaced",
      by: { hash: second },
    });
  });

  test("replaced by the same call at a higher fee has the same call hash, a cancellation has another", async () => {
    const call = createDatanetCall(chain, { policyHash: sha256Hex("sped up") });
    for (const [then, isSame] of [
      [call, true],
      [{ ...call, to: validator.address, data: "0x" as Hex }, false],
    ] as const) {
      await anvil.rpc("evm_setAutomine", [false]);
      const nonce = await chain.client.getTransactionCount({ address: validator.address });
      const first = await send(validator, call, { nonce });
      const pending = await readTransaction(chain, first);
      if (pending.status !== "pending") throw new Error(`expected pending, got ${pending.status}`);
      const fees = { maxFeePerGas: 90_000_000_000n, maxPriorityFeePerGas: 9_000_000_000n };
      const second = await send(validator, then, { nonce, ...fees });
      await anvil.rpc("evm_mine");
      await anvil.rpc("evm_setAutomine", [true]);
      const after = await readTransaction(chain, first, { from: validator.address, nonce });
      if (after.status !== "replaced") throw new Error(`expected replaced, got ${after.status}`);
      expect(after.by?.hash).toBe(second);
      expect(after.by?.callHash === pending.callHash).toBe(isSame);
    }
  });

  test("unknown", async () => {
    const hash: Hex = `0x${"9".repeat(64)}`;
    expect(await readTransaction(chain, hash)).toEqual({ status: "unknown" });
  });
});

describe("events", () => {
  test("come in order, from both registries, and a receipt has the same ones", async () => {
    const start = (await chain.client.getBlockNumber()) + 1n;
    const datanetId = await createDatanet("order");
    const call = setValidatorCall(chain, { datanetId, account: validator.address, isActive: true });
    const receipt = await included(owner, call);
    await included(creator, commitRunCall(chain, { runCommit: sha256Hex("order") }));
    await anvil.rpc("anvil_mine", ["0x8"]);
    const late = await included(creator, commitRunCall(chain, { runCommit: sha256Hex("late") }));

    const range = { fromBlock: start, toBlock: late.blockNumber };
    const events = await readEvents(chain, range);
    expect(await readEvents(chain, range, 3n)).toEqual(events);
    expect(events.map(({ name }) => name)).toEqual([
      "DatanetCreated",
      "ValidatorSet",
      "RunCommitted",
      "RunCommitted",
    ]);
    expect(events[1]).toEqual(decodeLogs(chain, receipt.logs)[0]);
    expect(events[3]).toMatchObject({
      contract: chain.adapterRegistry,
      blockNumber: late.blockNumber,
      transactionHash: late.transactionHash,
      args: { runCommit: toBytes32(sha256Hex("late")), committer: creator.address },
    });
    expect(await readEvents(chain, { fromBlock: late.blockNumber + 1n, toBlock: late.blockNumber })).toEqual(
      [],
    );
  });

  test("after a reorganisation are those of the chain that stays", async () => {
    const receipt = await included(owner, createDatanetCall(chain, { policyHash: sha256Hex("reorg") }));
    const range = { fromBlock: receipt.blockNumber, toBlock: receipt.blockNumber };
    expect(await readEvents(chain, range)).toHaveLength(1);
    await anvil.rpc("anvil_reorg", [1, []]);
    expect(await readEvents(chain, range)).toEqual([]);
    expect((await readTransaction(chain, receipt.transactionHash)).status).not.toBe("included");
  });

  test("the head names genesis, the newest and the newest final block", async () => {
    await anvil.rpc("anvil_mine", ["0x5"]);
    const head = await readHead(chain);
    expect(head.genesisHash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(head.latest.number - head.finalized.number).toBe(2n);
  });
});

test("a voucher made before another publication is refused with a sentence", async () => {
  const stale = await publication("stale");
  const quick = await publication("quick");
  await included(creator, publishCall(chain, quick));
  const from: Address = creator.address;
  expect(await simulateCall(chain, { ...publishCall(chain, stale), from })).toEqual({
    ok: false,
    code: "InvalidAccountNonce",
    message: "Another adapter was published since this voucher was made.",
    fix: "Open the publish page again; a fresh voucher is signed for you.",
  });
});
