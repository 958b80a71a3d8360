import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, LOCAL_CHAIN_ID, LOCAL_DEPLOYER_KEY, prepareChain, savedHeight } from "./chain.mjs";
import { prepareDataDir } from "./paths.mjs";
import { anyFreePort } from "./ports.mjs";
import { membersOf, sendSignal, sleep } from "./processes.mjs";
import { createSupervisor } from "./supervisor.mjs";

const TO = "0x000000000000000000000000000000000000bEEF";
const account = privateKeyToAccount(LOCAL_DEPLOYER_KEY);

let dataDir;
let supervisor;
let port;
let chain;
let nonce = 0;
const lines = [];

beforeAll(async () => {
  dataDir = mkdtempSync(resolve(tmpdir(), "mf-chain-"));
  port = await anyFreePort();
  await startChain();
});
afterAll(async () => {
  await supervisor.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function startChain() {
  prepareDataDir(dataDir, {});
  supervisor = await createSupervisor({
    dataDir,
    log: (line) => lines.push(line),
    onGiveUp: (text) => lines.push(text),
  });
  chain = prepareChain({ dataDir, port });
  await supervisor.start("chain", chain.child);
}
const sign = (wei, at = nonce++) =>
  account.signTransaction({
    type: "eip1559",
    chainId: LOCAL_CHAIN_ID,
    nonce: at,
    to: TO,
    value: BigInt(wei),
    gas: 21_000n,
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 1n,
  });
const sendRaw = (raw) => call(chain.url, "eth_sendRawTransaction", [raw]);
const receipt = (hash) => call(chain.url, "eth_getTransactionReceipt", [hash]);
/** The block the transaction is in: an answer means that it is in one. */
const send = async (wei) => Number((await receipt(await sendRaw(await sign(wei)))).blockNumber);
const balance = async () => Number(await call(chain.url, "eth_getBalance", [TO, "latest"]));
const block = (tag, whole = false) => call(chain.url, "eth_getBlockByNumber", [tag, whole]);
const height = async (tag) => Number((await block(tag)).number);
const isBack = async () => {
  while (!lines.includes("chain is back")) await sleep(20);
};
async function kill(pids) {
  lines.length = 0;
  for (const pid of pids) sendSignal(pid, "SIGKILL");
  await isBack();
}
async function untilFinal(number) {
  const began = performance.now();
  while ((await height("finalized")) < number) {
    if (performance.now() - began > 12_000) throw new Error(`block ${number} is not final after 12 s`);
    await sleep(50);
  }
}

test("a transaction is mined at once and final soon after, and then the chain rests", async () => {
  const mined = await send(7);
  expect(await balance()).toBe(7);
  await untilFinal(mined);
  await sleep(1500);
  const resting = await height("latest");
  await sleep(1500);
  expect(await height("latest")).toBe(resting);
});

test("a refusal of the node comes through as it is", async () => {
  const raw = await sign(1, 0);
  await expect(sendRaw(raw)).rejects.toThrow(/nonce too low/);
  const text = await (await fetch(chain.url, { method: "POST", body: "[" })).json();
  expect(text.error.code).toBe(-32_700);
});

test("SIGKILL of the chain at the moment of the answer: every block comes back, the same to the last hash", async () => {
  const hashes = [];
  for (let i = 0; i < 5; i++) hashes.push(await sendRaw(await sign(2)));
  const before = await Promise.all(hashes.map(receipt));
  const tip = await block("latest");
  await kill([supervisor.childPid("chain")]);
  const after = await Promise.all(hashes.map(receipt));
  expect(after.map((each) => each?.blockHash)).toEqual(before.map((each) => each.blockHash));
  expect((await block(tip.number)).hash).toBe(tip.hash);
  expect(await balance()).toBe(17);
});

test("SIGKILL of the node behind it does the same, also for a transaction that waits for an earlier one", async () => {
  const first = await sign(10);
  const second = await sign(100);
  const waits = await sendRaw(second);
  expect(await receipt(waits)).toBeNull();
  const leader = supervisor.childPid("chain");
  await kill(
    membersOf(leader)
      .filter((each) => each.pid !== leader)
      .map((each) => each.pid),
  );
  expect(await balance()).toBe(17);
  await sendRaw(first);
  while (!(await receipt(waits))) await sleep(20);
  expect(await balance()).toBe(127);
  // The node mines what waited by itself, now and then with an empty block on top, and the same again is not certain.
  const released = await receipt(waits);
  await kill([supervisor.childPid("chain")]);
  expect((await receipt(waits))?.blockHash).toBe(released.blockHash);
  expect(await balance()).toBe(127);
});

test("a last line that a kill has cut short is left out, and old blocks are still there to be read", async () => {
  await untilFinal(await height("latest"));
  const tip = await block("latest");
  sendSignal(supervisor.childPid("chain"), "SIGSTOP");
  appendFileSync(resolve(dataDir, "chain", "journal.jsonl"), '{"block":99,"ti');
  lines.length = 0;
  sendSignal(supervisor.childPid("chain"), "SIGKILL");
  await isBack();
  expect((await block(tip.number)).hash).toBe(tip.hash);
  expect((await block("0x1", true)).transactions.length).toBe(1);
});

test("block 0 stays the same however often the node starts, also from a file that holds several", async () => {
  const genesis = await block("0x0");
  const again = async () => {
    // The node's own block 0 has the second of its start.
    await sleep(1100);
    await supervisor.stop();
    await startChain();
  };
  for (let i = 0; i < 3; i++) await again();
  expect((await block("0x0")).hash).toBe(genesis.hash);
  await supervisor.stop();
  const file = resolve(dataDir, "chain", "state.json");
  const state = JSON.parse(readFileSync(file, "utf8"));
  const isFirst = ({ header }) => Number(header.number) === 0;
  expect(state.blocks.filter(isFirst)).toHaveLength(1);
  const others = [1, 2, 3].map((i) => {
    const first = structuredClone(state.blocks.find(isFirst));
    return { ...first, header: { ...first.header, timestamp: `0x${i}` } };
  });
  writeFileSync(file, JSON.stringify({ ...state, blocks: [...state.blocks, ...others] }));
  await startChain();
  expect((await block("0x0")).hash).toBe(genesis.hash);
}, 60_000);

test("a folder of an earlier version, its state torn and the saved one beside it, opens", async () => {
  await supervisor.stop();
  const folder = resolve(dataDir, "chain");
  expect(savedHeight(folder)).toBeGreaterThan(5);
  const state = readFileSync(resolve(folder, "state.json"));
  writeFileSync(resolve(folder, "state.saved.json"), state);
  writeFileSync(resolve(folder, "state.json"), '{"block":');
  rmSync(resolve(folder, "journal.jsonl"));
  await startChain();
  expect(await balance()).toBe(127);
  expect(existsSync(resolve(folder, "state.saved.json"))).toBe(false);
});
