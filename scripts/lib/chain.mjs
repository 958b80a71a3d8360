import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { readJson } from "./lock.mjs";
import { root } from "./paths.mjs";

/** anvil's published development accounts: worth nothing, known to everyone, for the local chain only. */
export const LOCAL_CHAIN_ID = 31_337;
export const LOCAL_DEPLOYER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/** The local chain for this data folder (`scripts/chain.mjs`, anvil behind it), as something the supervisor can run. */
export function prepareChain({ dataDir, port }) {
  const dir = resolve(dataDir, "chain");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const url = `http://127.0.0.1:${port}`;
  const child = {
    command: process.execPath,
    args: [resolve(root, "scripts", "chain.mjs"), "--port", String(port), "--dir", dir],
    cwd: dir,
    ready: async () => (await call(url, "eth_chainId").catch(() => null)) !== null,
  };
  return { child, url };
}

/**
 * The chain's saved state, and the journal of what it was told since. Both together are the chain.
 * @returns {{state: string, journal: string}} paths; neither need exist
 */
export function chainFiles(dir) {
  const state = resolve(dir, "state.json");
  // Earlier versions let anvil write state.json when it was stopped, and kept the last good one beside it.
  const saved = resolve(dir, "state.saved.json");
  if (existsSync(saved)) {
    const isBehind = !existsSync(state) || heightOf(state) < heightOf(saved) || statSync(state).size === 0;
    if (isBehind) copyFileSync(saved, state);
    rmSync(saved);
  }
  return { state, journal: resolve(dir, "journal.jsonl") };
}

/** Number of the last block that the chain's files hold; -1 when there are none. */
export function savedHeight(dir) {
  const { state, journal } = chainFiles(dir);
  return Math.max(heightOf(state), ...readJournal(journal).map((entry) => entry.block ?? -1));
}

export const heightOf = (file) => Number(readJson(file)?.best_block_number ?? -1);

/** The journal's entries; a last line cut short by a kill was never answered, so it is left out. */
export function readJournal(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  lines.pop();
  return lines.map((line) => JSON.parse(line));
}

/** One JSON-RPC call; throws when the node cannot be reached or answers with an error, which is then `rpc` of ours. */
export async function call(url, method, params = []) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(10_000),
  });
  const { result, error } = await response.json();
  if (error) throw Object.assign(new Error(`${method}: ${error.message}`), { rpc: error });
  return result;
}

// The package's own wrapper picks its tool by npm's variables, which are ours under `npm start`.
export function anvilBinary() {
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch];
  const platform = process.platform === "win32" ? "win32" : process.platform;
  const file = resolve(root, "node_modules", "@foundry-rs", `anvil-${platform}-${arch}`, "bin", "anvil");
  if (!existsSync(file))
    throw new Error(
      `There is no local chain for ${platform}-${process.arch}: set CHAIN_RPC_URL to a node of your own.`,
    );
  return file;
}
