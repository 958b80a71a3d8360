import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { createPublicClient, http } from "viem";
import deployment from "../contracts/deployments/31337.json" with { type: "json" };
import { adapterRegistryAbi } from "../contracts/generated/abi";
import { appUrl, checkPage, newPerson, type Person } from "./fixtures/person";
import { SEEDED_MS, seededSample } from "./fixtures/sample";
import { unzip } from "./fixtures/zip";

const SAMPLE = "What is described?";
const MADE_MS = 120_000;
const WEIGHTS = "adapter_model.safetensors";
const CONFIG = "adapter_config.json";
type Files = Record<string, Buffer>;

test.describe.configure({ mode: "serial" });

/** What the second test leaves for the third. */
const world: { ira?: Person } = {};

/** An adapter of the tiny base that was made on another installation. */
const FROM = "server/adapter/fixtures/tiny-labels";
const taken: Files = Object.fromEntries(
  [WEIGHTS, CONFIG].map((name) => [name, readFileSync(`${FROM}/${name}`)]),
);

test("a visitor takes a published adapter, and every hash in the archive is the chain's", async ({
  browser,
}) => {
  test.setTimeout(SEEDED_MS + 60_000);
  const context = await browser.newContext({ baseURL: appUrl(), acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(`/adapters/${(await seededSample(page, SAMPLE)).adapterId}`);
  const files = unzip(await downloadOf(page.getByRole("link", { name: /^Download all/ })));
  expect([...files.keys()]).toEqual([
    "README.md",
    "ability.json",
    CONFIG,
    WEIGHTS,
    "evaluation.json",
    "publication.json",
    "training_manifest.json",
  ]);
  const json = (name: string) => JSON.parse(files.get(name)!.toString("utf8"));
  const { pub, card, tokenId } = json("publication.json");
  const record = await recordOf(page, BigInt(tokenId));
  expect(record.artifactHash).toBe(`0x${hashOf(files.get(WEIGHTS)!)}`);
  expect(record.evaluationHash).toBe(`0x${hashOf(files.get("evaluation.json")!)}`);
  expect([pub.artifactHash, pub.evaluationHash]).toEqual([record.artifactHash, record.evaluationHash]);
  expect(card.adapter).toMatchObject({
    sha256: hashOf(files.get(WEIGHTS)!),
    configSha256: hashOf(files.get(CONFIG)!),
  });
  const readme = files.get("README.md")!.toString("utf8");
  for (const name of [WEIGHTS, CONFIG]) expect(readme).toContain(hashOf(files.get(name)!));
  expect(readme).toContain("## Verdict: Better");
  expect(readme).toContain(`Adapter number ${tokenId} of contract`);
  // What each row was told first is in the runner's own golden answers, and in the card.
  const told = json("evaluation.json").golden?.[0]?.rendered ?? "";
  expect(readme).toMatch(/## How to ask it\n\nIt was trained and measured /);
  const [, system] = readme.match(/\{"role": "system", "content": (".*?")\}/) ?? [];
  expect(told).toContain(JSON.parse(system!));
  await context.close();
});

test("files that were changed on the way are refused, each in a sentence", async ({ browser }) => {
  const ira = await newPerson(browser, "Ira");
  const { page } = ira;
  const weights = taken[WEIGHTS]!;
  await page.goto("/adapters/import");
  await page.getByLabel("Name", { exact: true }).fill("Back again");
  await page.getByLabel("Base model").selectOption("tiny");
  await page.getByLabel("Licence", { exact: true }).fill("MIT");
  await page.getByLabel("Where it comes from").fill("a friend’s machine");
  await checkPage(page);

  const last = Buffer.from(weights);
  last.writeUInt16LE(0x7fc0, last.length - 2);
  await refused(page, { ...taken, [WEIGHTS]: last }, /tensor “.*” holds numbers that are not finite/);
  await refused(
    page,
    { ...taken, [WEIGHTS]: turned(weights) },
    /the tensor “.*lora_A.*” is \[\d+, 8\], not \[8, \d+\]/,
  );
  await refused(
    page,
    { ...taken, [WEIGHTS]: weights.subarray(0, 100) },
    /its header claims [\d,]+ bytes, and the file ends before them/,
  );
  await refused(
    page,
    { ...taken, [WEIGHTS]: weights.subarray(0, -4) },
    /its tensors need [\d,]+ bytes, and [\d,]+ are there/,
  );
  const config = { ...JSON.parse(taken[CONFIG]!.toString("utf8")), auto_map: { AutoModel: "model.py" } };
  await refused(page, { ...taken, [CONFIG]: Buffer.from(JSON.stringify(config)) }, /sets “auto_map”/);
  await refused(page, { [WEIGHTS]: weights }, /There is no file named adapter_config\.json/);
  await checkPage(page);
  world.ira = ira;
});

test("sending can be cancelled; the unchanged files are taken, measured and exported after their re-test", async () => {
  test.setTimeout(3 * MADE_MS);
  const { page } = world.ira!;
  await page.route("**/api/adapters/import", () => undefined);
  await choose(page, taken);
  await page.getByRole("button", { name: "Check and bring in" }).click();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(page.getByRole("button", { name: "Check and bring in" })).toBeEnabled();
  await page.unroute("**/api/adapters/import");

  await page.getByRole("button", { name: "Check and bring in" }).click();
  await page.waitForURL(/\/adapters\/[0-9a-f-]{36}/);
  const adapter = new URL(page.url()).pathname;
  const made = page.getByRole("region", { name: "Made elsewhere" });
  await expect(made).toContainText("Its importer says it comes from: a friend’s machine");
  await expect(made).toContainText("all finite, in the shapes of this base.");
  const offers = page.getByRole("listitem").filter({ hasText: "Possible once it is measured" });
  await expect(offers).toHaveCount(2);
  await checkPage(page);

  await made.getByLabel("Locked test of").selectOption({ label: await optionWith(made, SAMPLE) });
  await made.getByRole("button", { name: "Measure it" }).click();
  await page.waitForURL(/\/runs\//);
  await expect(page.getByRole("heading", { name: "Did it get better?" })).toBeVisible({ timeout: MADE_MS });
  await expect(page.getByText("Better", { exact: true }).first()).toBeVisible();
  await checkPage(page);

  await page.goto(adapter);
  for (const name of ["Merged weights", "GGUF"]) {
    const line = page.getByRole("listitem", { name });
    await line.getByRole("button", { name: `Make it: ${name}` }).click();
    await expect(line).toContainText("In work");
    await expect(line.getByRole("link", { name: /^Download/ })).toHaveCount(0);
  }
  const merged = unzip(await exportOf(page, "Merged weights"));
  expect([...merged.keys()]).toEqual([
    "README.md",
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
  ]);
  expect(merged.get("README.md")!.toString("utf8")).toMatch(
    /gave (\d+) of \1 recorded golden answers to the letter/,
  );
  const gguf = await exportOf(page, "GGUF");
  expect(gguf.toString("latin1", 0, 4)).toBe("GGUF");
  await checkPage(page);
});

async function recordOf(page: Page, tokenId: bigint) {
  const config = await (await page.request.get("/api/trpc/chain.config")).json();
  const chain = createPublicClient({ transport: http(config.result.data.json.rpcUrl) });
  return chain.readContract({
    address: deployment.adapterRegistry as `0x${string}`,
    abi: adapterRegistryAbi,
    functionName: "record",
    args: [tokenId],
  });
}

async function choose(page: Page, files: Files): Promise<void> {
  await page
    .getByLabel("Files of the adapter")
    .setInputFiles(
      Object.entries(files).map(([name, buffer]) => ({ name, mimeType: "application/octet-stream", buffer })),
    );
  await expect(page.getByRole("list", { name: "Chosen files" }).getByRole("listitem")).toHaveCount(
    Object.keys(files).length,
  );
}

async function refused(page: Page, files: Files, sentence: RegExp): Promise<void> {
  await choose(page, files);
  await page.getByRole("button", { name: "Check and bring in" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText(sentence);
  await expect(page).toHaveURL(/\/adapters\/import$/);
}

/** The same bytes with the first two-sided shape of the header turned round, its length kept. */
function turned(weights: Buffer): Buffer {
  const length = Number(weights.readBigUInt64LE(0));
  const header = weights.toString("latin1", 8, 8 + length);
  const other = header.replace(/("[^"]*lora_A[^"]*":\{[^}]*"shape":\[)(\d+),(\d+)\]/, "$1$3,$2]");
  expect(other).not.toBe(header);
  return Buffer.concat([weights.subarray(0, 8), Buffer.from(other, "latin1"), weights.subarray(8 + length)]);
}

async function optionWith(region: Locator, name: string): Promise<string> {
  const options = await region.getByRole("option").allInnerTexts();
  return options.find((option) => option.startsWith(name))!;
}

async function exportOf(page: Page, name: string): Promise<Buffer> {
  const line = page.getByRole("listitem", { name });
  await expect(line).toContainText(/Ready, tested on \d+ answers/, { timeout: MADE_MS });
  await expect(line).toContainText(/read back, it gave (\d+) of \1 recorded golden answers to the letter/);
  return downloadOf(line.getByRole("link", { name: /^Download, / }));
}

async function downloadOf(link: Locator): Promise<Buffer> {
  const [download] = await Promise.all([link.page().waitForEvent("download"), link.click()]);
  return readFileSync(await download.path());
}

const hashOf = (content: Buffer) => createHash("sha256").update(content).digest("hex");
