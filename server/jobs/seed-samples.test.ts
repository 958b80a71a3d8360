import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import {
  accounts,
  chainTransactions,
  datanets,
  evaluations,
  records,
  snapshots,
  trainingRuns,
} from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { env } from "@/env";
import { recheckAdapter } from "@/server/adapter/recheck";
import { chain } from "@/server/chain/context";
import { deployContracts } from "@/server/chain/deploy";
import { startTestAnvil, TEST_CHAIN_ID, TEST_KEYS, type TestAnvil } from "@/server/chain/test-anvil";
import type { Context } from "@/server/context";
import { sampleIds } from "@/server/sample/ids";
import { prepareSnapshot } from "@/server/snapshot/prepare.job";
import { FolderBlobStore } from "@/server/storage/blob-store";
import { syncChain } from "./chain-sync";
import { sampleSeeder } from "./seed-samples";
import type { WorkerDeps } from "./worker-deps";

let test: TestDatabase;
let anvil: TestAnvil;
let deps: WorkerDeps;
const folder = mkdtempSync(path.join(tmpdir(), "modelfactory-seed-"));

beforeAll(async () => {
  [test, anvil] = await Promise.all([createTestDatabase(), startTestAnvil()]);
  const addresses = await deployContracts({
    rpcUrl: anvil.rpcUrl,
    deployerKey: TEST_KEYS.deployer,
    attestor: privateKeyToAccount(TEST_KEYS.attestor).address,
    chainId: TEST_CHAIN_ID,
  });
  vi.stubEnv("CHAIN_RPC_URL", anvil.rpcUrl);
  vi.stubEnv("FAUCET_KEY", TEST_KEYS.deployer);
  vi.stubEnv("LOCAL_WALLET", "1");
  vi.stubEnv("ATTESTOR_KEY", TEST_KEYS.attestor);
  vi.stubEnv("DATANET_REGISTRY", addresses.datanetRegistry);
  vi.stubEnv("ADAPTER_REGISTRY", addresses.adapterRegistry);
  vi.stubEnv("ACCESS_MANAGER", addresses.accessManager);
  vi.stubEnv("DATA_DIR", folder);
  deps = {
    db: test.db,
    blobs: new FolderBlobStore(path.join(folder, "blobs")),
    env: env(),
  } as unknown as WorkerDeps;
});
afterAll(async () => {
  await anvil.stop();
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the worker does beside the seeding: it prepares versions and follows the chain. */
async function worker(): Promise<void> {
  const open = await test.db.select().from(snapshots).where(eq(snapshots.status, "preparing"));
  for (const { id } of open) await prepareSnapshot(deps, { snapshotId: id });
  await anvil.rpc("anvil_mine", ["0x2"]);
  await syncChain(deps, chain());
}

it("seeds both samples onto a real chain, killed after every step, and every hash holds", async () => {
  let states = new Map<string, string>();
  for (let steps = 0; steps < 60 && [...states.values()].join() !== "done,done"; steps += 1) {
    // A seeder made anew has forgotten everything, as after a kill.
    states = await sampleSeeder(deps)();
    await worker();
  }
  expect(Object.fromEntries(states)).toEqual({ labels: "done", "word-forms": "done" });
  expect(await test.db.select().from(datanets)).toHaveLength(2);
  expect(await test.db.select().from(accounts)).toHaveLength(14);
  expect(await test.db.select().from(snapshots)).toHaveLength(2);
  const sent = await test.db.select().from(chainTransactions);
  expect(sent).toHaveLength(8);
  expect(new Set(sent.map(({ status }) => status))).toEqual(new Set(["final"]));
  for (const key of ["labels", "word-forms"] as const) {
    const { run, adapter } = sampleIds(key);
    const [row] = await test.db.select().from(trainingRuns).where(eq(trainingRuns.id, run));
    expect(row?.status).toBe("succeeded");
    const [evaluation] = await test.db.select().from(evaluations).where(eq(evaluations.runId, run));
    expect(evaluation?.verdict).toBe("better");
    expect((evaluation!.summary as { n: number }).n).toBeGreaterThanOrEqual(100);
    const ctx = {
      db: test.db,
      blobs: deps.blobs,
      actor: null,
      requestId: "",
      client: null,
    } as unknown as Context;
    const { lines } = await recheckAdapter(ctx, { adapterId: adapter });
    expect(lines.filter(({ equal }) => !equal)).toEqual([]);
    expect(lines).toHaveLength(9);
  }
}, 120_000);

it("sees that all is there and does nothing", async () => {
  const before = await test.db.select().from(chainTransactions);
  const states = await sampleSeeder(deps)();
  expect(Object.fromEntries(states)).toEqual({ labels: "done", "word-forms": "done" });
  expect(await test.db.select().from(chainTransactions)).toHaveLength(before.length);
  expect(await test.db.$count(records)).toBe(1320 + 1366);
});

it("refuses a folder with one changed byte, with a sentence, and seeds nothing of it", async () => {
  const root = path.join(folder, "samples");
  cpSync("samples", root, { recursive: true });
  const file = path.join(root, "word-forms", "run", "adapter_model.safetensors");
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
  const empty = await createTestDatabase();
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  try {
    const states = await sampleSeeder({ ...deps, db: empty.db }, root)();
    expect(states.get("word-forms")).toBe("refused");
    expect(said.mock.calls.join()).toMatch(
      /The sample "Word forms" is not shown: run\/adapter_model\.safetensors has the hash/,
    );
    const names = (await empty.db.select().from(datanets)).map(({ name }) => name);
    expect(names).toEqual(["What is described?"]);
  } finally {
    said.mockRestore();
    await empty.close();
  }
});
