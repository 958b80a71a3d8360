import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { Hex } from "viem";

/** anvil's published development keys: known to everyone, worth nothing. */
export const TEST_KEYS = {
  deployer: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  owner: "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  validator: "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
  creator: "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
  attestor: "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
} satisfies Record<string, Hex>;

export const TEST_CHAIN_ID = 31_337;

/** A real anvil on a free port, started the way `npm start` does. Call `stop` in afterAll. */
export async function startTestAnvil(args: string[] = []) {
  const common = ["--port", "0", "--chain-id", String(TEST_CHAIN_ID), "--slots-in-an-epoch", "1"];
  const child = spawn(anvilBinary(), [...common, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const rpcUrl = await listening(child);
  return {
    rpcUrl,
    rpc: (method: string, params: unknown[] = []) => call(rpcUrl, method, params),
    stop: () => stop(child, "SIGTERM"),
    kill: () => stop(child, "SIGKILL"),
  };
}

export type TestAnvil = Awaited<ReturnType<typeof startTestAnvil>>;

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code} before it listened:\n${text}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const address = /Listening on (127\.0\.0\.1:\d+)/.exec(text)?.[1];
      if (address) resolve(`http://${address}`);
    });
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

async function call(url: string, method: string, params: unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

function anvilBinary(): string {
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch as "x64" | "arm64"];
  const file = process.platform === "win32" ? "anvil.exe" : "anvil";
  return createRequire(import.meta.url).resolve(`@foundry-rs/anvil-${process.platform}-${arch}/bin/${file}`);
}
