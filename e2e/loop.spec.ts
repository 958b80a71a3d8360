import { createHash } from "node:crypto";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { createPublicClient, http } from "viem";
import deployment from "../contracts/deployments/31337.json" with { type: "json" };
import { adapterRegistryAbi, datanetRegistryAbi } from "../contracts/generated/abi";
import { createDatanet } from "./fixtures/datanet";
import { appUrl, checkPage, newPerson, type Person } from "./fixtures/person";
import { partPid, stepsDone, trainingProcess } from "./fixtures/processes";
import { buildSample } from "./fixtures/sample";
import { contribute, freeze, joinAsValidator, review, startRun } from "./fixtures/walk";

const TEN_MINUTES_MS = 10 * 60_000;
const TRAINING_MS = 5 * 60_000;

const sample = buildSample();

test.describe.configure({ mode: "serial" });

/** What the first journey leaves for the second. */
const world: { ann?: Person; version?: string; adapter?: string } = {};

test("two people take a file to a published adapter", async ({ browser }) => {
  test.setTimeout(2 * TEN_MINUTES_MS);
  const times: [string, number][] = [];
  const began = Date.now();
  const lap = (what: string) => times.push([what, Math.round((Date.now() - began) / 1000)]);

  const ann = await newPerson(browser, "Ann");
  const bob = await newPerson(browser, "Bob");
  const datanet = await createDatanet(ann.page, "What is described?", sample.labels);
  lap("Datanet registered");
  await joinAsValidator(ann, bob, datanet);
  lap("validator granted");
  for (const file of sample.files) await contribute(ann.page, datanet, file.path);
  lap("files submitted");
  await review(bob.page, datanet);
  lap("rows reviewed");
  const version = await freeze(ann, bob, datanet);
  lap("version frozen");
  const run = await train(ann.page, version);
  lap("run finished");
  await readResult(ann.page, run);
  const adapter = await publish(ann.page, run);
  lap("adapter final");
  Object.assign(world, { ann, version, adapter });
  await recheckAsVisitor(browser, adapter);
  await compareWithChain(ann.page, adapter);
  lap("checked against the chain");
  for (const [what, seconds] of times) console.log(`  ${String(seconds).padStart(4)} s  ${what}`);
});

test("runner, training process and worker are killed in mid-run, and the adapter is the same to the bit", async () => {
  test.setTimeout(TEN_MINUTES_MS);
  const { ann, version, adapter } = world;
  if (!ann || !version || !adapter) throw new Error("the first journey did not get this far");
  const { page } = ann;
  const run = await startRun(page, version);
  const runId = run.split("/").at(-1)!;
  await expect.poll(() => stepsDone(runId), { timeout: 120_000 }).toBeGreaterThan(20);
  const first = trainingProcess(runId)!;
  const worker = partPid("worker");
  const runner = partPid("runner");
  process.kill(first.pid, "SIGKILL");
  process.kill(worker, "SIGKILL");
  await expect
    .poll(() => trainingProcess(runId)?.attempt, { timeout: 60_000 })
    .toBeGreaterThan(first.attempt);
  process.kill(runner, "SIGKILL");
  await expect(page.getByRole("heading", { name: "Which data helped?" })).toBeVisible({
    timeout: TRAINING_MS,
  });
  expect(partPid("worker")).not.toBe(worker);
  expect(partPid("runner")).not.toBe(runner);
  await page.getByRole("link", { name: "See the adapter" }).click();
  await page.waitForURL(/\/adapters\//);
  // One artifact is one adapter: the killed run's weights hash to the very adapter of the unbroken run.
  expect(new URL(page.url()).pathname).toBe(adapter);
});

async function train(page: Page, version: string): Promise<string> {
  const run = await startRun(page, version);
  await checkPage(page);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Did it get better?" })).toBeVisible({
    timeout: TRAINING_MS,
  });
  await expect(page.getByRole("heading", { name: "Which data helped?" })).toBeVisible({
    timeout: TRAINING_MS,
  });
  return run;
}

/** Headline with interval and n, verdict, 2x2, got worse, side by side, influence: all from real figures. */
async function readResult(page: Page, run: string): Promise<void> {
  await page.goto(run);
  const headline = page.getByText(/\d+ (→|to) \d+ of \d+/).first();
  await expect(headline).toBeVisible();
  await expect(page.getByText("Better", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Answers side by side" })).toBeVisible();
  await expect(page.getByText(/estimate/).first()).toBeVisible();
  await checkPage(page);
}

async function publish(page: Page, run: string): Promise<string> {
  await page.goto(`${run}/publish`);
  await checkPage(page);
  await page.getByLabel("Name of the adapter").fill("What is described, first try");
  await page.getByRole("button", { name: "Run the checks" }).click();
  await page.getByRole("button", { name: "Publish on the chain" }).click({ timeout: 120_000 });
  await page.getByRole("link", { name: "See its public page" }).click({ timeout: 60_000 });
  await page.waitForURL(/\/adapters\//);
  await expect(page.getByText("Final on the chain").first()).toBeVisible({ timeout: 120_000 });
  await checkPage(page);
  return new URL(page.url()).pathname;
}

/** A visitor with no wallet: reads the page, presses Re-check, downloads. */
async function recheckAsVisitor(browser: Browser, adapter: string): Promise<void> {
  const context = await browser.newContext({ baseURL: appUrl() });
  const page = await context.newPage();
  await page.goto(adapter);
  await page.getByRole("button", { name: "Re-check" }).click();
  await expect(page.getByText(/^All \d+ values are the same as on the chain\.$/)).toBeVisible();
  await checkPage(page);
  await page.goto("/adapters");
  await expect(page.locator(`a[href="${adapter}"]`)).toBeVisible();
  await checkPage(page);
  await page.goto("/datanets");
  await checkPage(page);
  await page.goto("/runs");
  await checkPage(page);
  await page.goto("/");
  await checkPage(page);
  await context.close();
}

/** The chain itself, read past the app: its record is the hash of the very files a person downloads. */
async function compareWithChain(page: Page, adapter: string): Promise<void> {
  const config = await (await page.request.get(`/api/trpc/chain.config`)).json();
  const { rpcUrl } = config.result.data.json as { rpcUrl: string };
  const chain = createPublicClient({ transport: http(rpcUrl) });
  const card = JSON.parse(
    (await (await page.request.get(`/api${adapter}/files/card.json`)).body()).toString("utf8"),
  );
  const adapters = { address: deployment.adapterRegistry as `0x${string}`, abi: adapterRegistryAbi } as const;
  const tokenId = await chain.readContract({
    ...adapters,
    functionName: "tokenOfArtifact",
    args: [`0x${card.adapter.sha256}`],
  });
  const record = await chain.readContract({ ...adapters, functionName: "record", args: [tokenId] });
  const hashOf = async (name: string) => {
    const file = await page.request.get(`/api${adapter}/files/${name}`);
    expect(file.ok()).toBe(true);
    return `0x${createHash("sha256")
      .update(await file.body())
      .digest("hex")}`;
  };
  expect(record.artifactHash).toBe(await hashOf("adapter_model.safetensors"));
  expect(record.evaluationHash).toBe(await hashOf("evaluation.json"));
  expect(record.cardHash).toBe(await hashOf("card.json"));
  const batch = await chain.readContract({
    address: deployment.datanetRegistry as `0x${string}`,
    abi: datanetRegistryAbi,
    functionName: "batch",
    args: [BigInt(card.data.datanetId), 1n],
  });
  expect(batch.root).toBe(`0x${card.data.root}`);
  expect(Number(batch.leaves)).toBe(card.data.rows);
}
