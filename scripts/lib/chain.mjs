import { copyFileSync, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { readJson } from "./lock.mjs";
import { root } from "./paths.mjs";

/** anvil's published development accounts: worth nothing, known to everyone, for the local chain only. */
export const LOCAL_CHAIN_ID = 31_337;
export const LOCAL_DEPLOYER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

const TICK_MS = 500;

/** anvil for this data folder, as something the supervisor can run. */
export function prepareChain({ dataDir, port }) {
  const dir = resolve(dataDir, "chain");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const state = newestState(dir);
  const url = `http://127.0.0.1:${port}`;
  const child = {
    command: anvilBinary(),
    args: [
      ...["--host", "127.0.0.1", "--port", String(port), "--chain-id", String(LOCAL_CHAIN_ID), "--silent"],
      // Two blocks on top make a block final, instead of sixty-four.
      ...["--slots-in-an-epoch", "1"],
      ...["--state", state],
    ],
    cwd: dir,
    beforeRestart: () => newestState(dir),
    ready: async () => (await call(url, "eth_chainId").catch(() => null)) !== null,
  };
  return { child, url, keeper: () => keepChain(url, dir) };
}

/**
 * Watches the chain: after a block with transactions it mines the two that make it final, half a second apart,
 * and saves the state in one step whenever the chain has grown. An idle chain stays as it is: mining all the
 * time would add 40,000 blocks a day to a file that is read whole at each start.
 * @returns {() => Promise<void>} stops watching
 */
export function keepChain(url, dir) {
  let saved = -1;
  let expected = -1;
  let toMine = 0;
  let stopped = false;
  async function tick() {
    const height = Number(await call(url, "eth_blockNumber"));
    // Someone's transaction made a block; the first look also finishes what an earlier start left unfinished.
    if (height !== expected && height > 0) toMine = 2;
    expected = height;
    if (toMine > 0) {
      await call(url, "evm_mine");
      toMine--;
      expected++;
    }
    if (expected !== saved) {
      await saveState(url, dir);
      saved = expected;
    }
  }
  async function watch() {
    while (!stopped) {
      // A chain that is down is the supervisor's business; it is looked at again in the next round.
      await tick().catch(() => {});
      await new Promise((done) => setTimeout(done, TICK_MS));
    }
  }
  const watching = watch();
  return async () => {
    stopped = true;
    await watching;
  };
}

async function saveState(url, dir) {
  const dump = await call(url, "anvil_dumpState");
  const json = await promisify(gunzip)(Buffer.from(dump.slice(2), "hex"));
  const file = resolve(dir, "state.saved.json");
  writeFileSync(`${file}.tmp`, json, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/** anvil writes state.json when it is stopped; after a kill that file is old or torn, and the saved one is newer. */
function newestState(dir) {
  const state = resolve(dir, "state.json");
  const saved = resolve(dir, "state.saved.json");
  if (existsSync(saved)) {
    const isBehind = !existsSync(state) || height(state) < height(saved) || statSync(state).size === 0;
    if (isBehind) copyFileSync(saved, state);
  }
  return state;
}

const height = (file) => Number(readJson(file)?.best_block_number ?? -1);

/** One JSON-RPC call; throws when the node cannot be reached or answers with an error. */
export async function call(url, method, params = []) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(10_000),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

// The package's own wrapper picks its tool by npm's variables, which are ours under `npm start`.
function anvilBinary() {
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch];
  const platform = process.platform === "win32" ? "win32" : process.platform;
  const file = resolve(root, "node_modules", "@foundry-rs", `anvil-${platform}-${arch}`, "bin", "anvil");
  if (!existsSync(file))
    throw new Error(
      `There is no local chain for ${platform}-${process.arch}: set CHAIN_RPC_URL to a node of your own.`,
    );
  return file;
}
