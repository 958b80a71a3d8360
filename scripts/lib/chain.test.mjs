import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, prepareChain } from "./chain.mjs";
import { prepareDataDir } from "./paths.mjs";
import { anyFreePort } from "./ports.mjs";
import { sendSignal, sleep } from "./processes.mjs";
import { createSupervisor } from "./supervisor.mjs";

const FROM = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TO = "0x000000000000000000000000000000000000bEEF";

let dataDir;
let supervisor;
let port;
let chain;
let stopKeeper;
const lines = [];

beforeAll(async () => {
  dataDir = mkdtempSync(resolve(tmpdir(), "mf-chain-"));
  port = await anyFreePort();
  await startChain();
});
afterAll(async () => {
  await stopKeeper();
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
  stopKeeper = chain.keeper();
}
/** The block the transaction is in; the latest one may be the keeper's already. */
async function send(wei) {
  const hash = await call(chain.url, "eth_sendTransaction", [
    { from: FROM, to: TO, value: `0x${wei.toString(16)}` },
  ]);
  for (;;) {
    const receipt = await call(chain.url, "eth_getTransactionReceipt", [hash]);
    if (receipt) return Number(receipt.blockNumber);
    await sleep(20);
  }
}
const balance = async () => Number(await call(chain.url, "eth_getBalance", [TO, "latest"]));
const height = async (tag) => Number((await call(chain.url, "eth_getBlockByNumber", [tag, false])).number);
async function untilFinal(block) {
  const began = performance.now();
  while ((await height("finalized")) < block) {
    if (performance.now() - began > 5000) throw new Error(`block ${block} is not final after 5 s`);
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

test("SIGKILL of the chain: it comes back with what was final", async () => {
  await untilFinal(await send(10));
  await sleep(700);
  lines.length = 0;
  sendSignal(supervisor.childPid("chain"), "SIGKILL");
  while (!lines.includes("chain is back")) await sleep(20);
  expect(await balance()).toBe(17);
});

test("a torn state file after a kill is replaced by the saved one at the next start", async () => {
  const logs = async () => (await call(chain.url, "eth_getBlockByNumber", ["0x1", true])).transactions.length;
  expect(await logs()).toBe(1);
  await stopKeeper();
  await supervisor.stop();
  writeFileSync(resolve(dataDir, "chain", "state.json"), '{"block":');
  await startChain();
  expect(await balance()).toBe(17);
  expect(await logs()).toBe(1); // old blocks are still there to be read
});
