import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateKeyToAccount } from "viem/accounts";
import { afterEach, expect, test } from "vitest";
import checkedIn from "@/contracts/deployments/31337.json";
import { accessManagerAbi, datanetRegistryAbi } from "@/contracts/generated/abi";
import { createReadClient } from "./client";
import { DETERMINISTIC_DEPLOYER, deployContracts, deploymentAddresses, ROLES } from "./deploy";
import { startTestAnvil, TEST_CHAIN_ID, TEST_KEYS, type TestAnvil } from "./test-anvil";

const running: TestAnvil[] = [];
const folders: string[] = [];
const deployer = privateKeyToAccount(TEST_KEYS.deployer).address;
const attestor = privateKeyToAccount(TEST_KEYS.attestor).address;

afterEach(async () => {
  await Promise.all(running.splice(0).map((anvil) => anvil.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function anvil(args: string[] = []) {
  const started = await startTestAnvil(args);
  running.push(started);
  return started;
}

const inputFor = (rpcUrl: string) => ({
  rpcUrl,
  chainId: TEST_CHAIN_ID,
  deployerKey: TEST_KEYS.deployer,
  attestor,
});

test("two fresh chains give the addresses that are checked in", async () => {
  const [first, second] = await Promise.all([anvil(), anvil()]);
  const [a, b] = await Promise.all([
    deployContracts(inputFor(first.rpcUrl)),
    deployContracts(inputFor(second.rpcUrl)),
  ]);
  expect(a).toEqual(b);
  expect(a.sentTransactions).toBe(4);
  const { accessManager, datanetRegistry, adapterRegistry } = a;
  expect({ deployer, accessManager, datanetRegistry, adapterRegistry }).toEqual(checkedIn);
  expect(deploymentAddresses(deployer)).toEqual({ accessManager, datanetRegistry, adapterRegistry });
});

test("a second run sends nothing, and a new attestor costs one transaction", async () => {
  const { rpcUrl } = await anvil();
  await deployContracts(inputFor(rpcUrl));
  expect((await deployContracts(inputFor(rpcUrl))).sentTransactions).toBe(0);

  const other = privateKeyToAccount(TEST_KEYS.creator).address;
  expect((await deployContracts({ ...inputFor(rpcUrl), attestor: other })).sentTransactions).toBe(1);
  const client = createReadClient({ rpcUrl, chainId: TEST_CHAIN_ID });
  const manager = { address: checkedIn.accessManager as `0x${string}`, abi: accessManagerAbi } as const;
  for (const account of [attestor, other]) {
    const role = await client.readContract({
      ...manager,
      functionName: "hasRole",
      args: [ROLES.ATTESTOR, account],
    });
    expect(role).toEqual([true, 0]);
  }
});

test("the kept state of a killed chain has the contracts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mf-chain-"));
  folders.push(folder);
  const state = join(folder, "state.json");
  const first = await anvil(["--state", state, "--state-interval", "1"]);
  await deployContracts(inputFor(first.rpcUrl));
  await expect.poll(() => savedBlock(state), { timeout: 10_000 }).toBeGreaterThanOrEqual(4);
  await first.kill();

  const second = await anvil(["--state", state]);
  expect((await deployContracts(inputFor(second.rpcUrl))).sentTransactions).toBe(0);
});

test("the deployer may pause; the attestor may not", async () => {
  const { rpcUrl } = await anvil();
  const { datanetRegistry } = await deployContracts(inputFor(rpcUrl));
  const client = createReadClient({ rpcUrl, chainId: TEST_CHAIN_ID });
  const pause = { address: datanetRegistry, abi: datanetRegistryAbi, functionName: "pause" } as const;
  await client.simulateContract({ ...pause, account: deployer });
  await expect(client.simulateContract({ ...pause, account: attestor })).rejects.toThrow(
    "AccessManagedUnauthorized",
  );
});

test("refuses the wrong chain, a silent one and one without the CREATE2 factory", async () => {
  const { rpcUrl, rpc } = await anvil();
  await expect(deployContracts({ ...inputFor(rpcUrl), chainId: 1612 })).rejects.toMatchObject({
    code: "WRONG_CHAIN",
    message: "The RPC address belongs to chain 31337, but chain 1612 is configured.",
  });
  await expect(deployContracts(inputFor("http://127.0.0.1:1"))).rejects.toMatchObject({ code: "RPC_DOWN" });
  await rpc("anvil_setCode", [DETERMINISTIC_DEPLOYER, "0x"]);
  await expect(deployContracts(inputFor(rpcUrl))).rejects.toMatchObject({ code: "NO_CREATE2_DEPLOYER" });
});

function savedBlock(path: string): number {
  try {
    return Number(JSON.parse(readFileSync(path, "utf8")).best_block_number);
  } catch {
    return -1; // Not written yet, or caught in the middle of a write.
  }
}
