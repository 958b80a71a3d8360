import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Browser, expect, type Locator, type Page, test } from "@playwright/test";
import { createPublicClient, http } from "viem";
import deployment from "../contracts/deployments/31337.json" with { type: "json" };
import { adapterRegistryAbi, datanetRegistryAbi } from "../contracts/generated/abi";
import { frozenVersion } from "./fixtures/frozen";
import { appUrl, checkPage, newPerson, type Person } from "./fixtures/person";
import { rowsRead } from "./fixtures/processes";

const RUN_MS = 300_000;
const LABELS = ["animal", "body", "food", "plant"];
/** Apart from what other journeys leave behind on the same app. */
const MARK = Date.now().toString(36);
const ALIVE = `Alive or eaten ${MARK}`;
const MORE = `More definitions ${MARK}`;
const LOCKED = `Definitions nobody may change ${MARK}`;

/** Real definitions; forty of Ann's stand in Cara's file too, so that some of them meet a test of the other Datanet. */
const all = ["ava", "ben"].map((name) =>
  readFileSync(`samples/labels/data/${name}.csv`, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .filter((row) => !row.includes('"')),
);
const mixed = all[0]!.slice(0, 150).flatMap((row, i) => [row, all[1]![i]!]);
const anns = mixed.slice(0, 150);
const caras = [...mixed.slice(150, 260), ...anns.slice(0, 40)];
const csv = (rows: string[]) => [{ name: "definitions.csv", content: ["prompt,answer", ...rows].join("\n") }];

test.describe.configure({ mode: "serial" });

/** What one test leaves for the next; addresses are paths. */
const world: { ida?: Person; datanets?: string[]; run?: string; clone?: string } = {};

test("two Datanets go into one run, a forbidden licence does not, and influence is told for each", async ({
  browser,
}) => {
  test.setTimeout(RUN_MS + 120_000);
  const [alive, more, locked] = await Promise.all([
    frozenVersion({ owner: "Ann", name: ALIVE, files: csv(anns), labels: LABELS }),
    frozenVersion({ owner: "Cara", name: MORE, licence: "CC-BY-SA-4.0", files: csv(caras), labels: LABELS }),
    frozenVersion({
      owner: "Dora",
      name: LOCKED,
      licence: "CC-BY-ND-4.0",
      files: csv(mixed.slice(260)),
      labels: LABELS,
    }),
  ]);
  const ida = await newPerson(browser, "Ida");
  const { page } = ida;
  const form = `/datanets/${alive.datanetId}/train`;
  await page.goto(`${form}?with=${locked.snapshotId}`);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  const mix = page.getByRole("region", { name: "Datanets in this run" });
  await expect(mix.getByRole("alert")).toContainText(
    `“${ALIVE}” (CC-BY-4.0) and “${LOCKED}” (CC-BY-ND-4.0) cannot go into one adapter: ` +
      "section 2(a)(1) of CC-BY-ND-4.0: adapted material may be made but not shared.",
  );
  await expect(page.getByRole("button", { name: "Check the run" })).toBeDisabled();
  await checkPage(page);

  await page.goto(form);
  await mix.getByRole("button", { name: "Add a Datanet" }).click();
  await mix.getByLabel("Find a Datanet").fill(MARK);
  const found = mix.getByRole("list", { name: "Datanets to add" });
  const refused = found.getByRole("listitem").filter({ hasText: LOCKED });
  await expect(refused).toContainText("section 2(a)(1) of CC-BY-ND-4.0");
  await expect(refused.getByRole("button")).toHaveCount(0);
  await found.getByRole("button", { name: `Add ${MORE}` }).click();
  await mix.getByRole("button", { name: "Done" }).click();
  await mix.getByRole("button", { name: `Join ${MORE}` }).click();
  await expect(mix.locator("dl")).toContainText(/Licence of the adapter\s*CC-BY-SA-4\.0/);
  await expect(mix.locator("dl")).toContainText(/Rows kept apart\s*[1-9]/);
  await expect(mix).toContainText("nearly the same as a question kept apart by another Datanet");

  const run = await start(page);
  await expect(page.getByRole("heading", { name: "Which data helped?" })).toBeVisible({ timeout: RUN_MS });
  await expect(page.getByText(/\d+ → \d+ of \d+/).first()).toBeVisible();
  await expect(page.getByText("Not measured", { exact: true })).toHaveCount(0);
  await expect(page.getByText("Tests kept apart")).toBeVisible();
  const datanets = [alive.datanetId, more.datanetId];
  expectTestsApart(run.split("/").at(-1)!, datanets);

  const influence = page.getByRole("figure");
  await page.getByRole("button", { name: "By Datanet" }).click();
  await expect(influence.getByRole("link", { name: ALIVE })).toBeVisible();
  await expect(influence.getByRole("link", { name: MORE })).toBeVisible();
  await page.getByRole("button", { name: "By person" }).click();
  for (const name of ["Ann", "Cara"]) await expect(influence.getByText(name, { exact: true })).toBeVisible();
  await checkPage(page);
  Object.assign(world, { ida, datanets, run });
});

test("the run is cloned with one value changed, traced, and trained again without its largest contributor", async () => {
  const { ida, run } = world;
  if (!ida || !run) throw new Error("the first test did not get this far");
  const { page } = ida;
  await page.goto(run);
  await runAgain(page);
  await expect(page.getByLabel("Base model")).toHaveValue("tiny");
  await expect(page.getByRole("radio", { name: /^Quick/ })).toBeChecked();
  const chosen = page.getByRole("list", { name: "Chosen Datanets" });
  await expect(chosen.getByRole("listitem")).toHaveText([new RegExp(ALIVE), new RegExp(MORE)]);
  await page.getByText("For experts", { exact: true }).click();
  await page.getByLabel("Rank", { exact: true }).selectOption("16");
  world.clone = await start(page);
  await expect(page.getByText("It took over the settings of an earlier run.")).toBeVisible();

  await page.goto(run);
  await page.getByRole("button", { name: "Check by retraining" }).click();
  await expect(page.getByRole("list", { name: "Checks by retraining" }).getByRole("listitem")).toHaveCount(1);
  const trust = page.getByRole("region", { name: "How far can the bars be trusted?" });
  await expect(trust.getByText(/It takes about .+, in the background/)).toBeVisible();
  await trust.getByRole("button", { name: "Trace the whole training" }).click();
  await expect(trust.getByText("You may close this page; the trace goes on.")).toBeVisible();
  await checkPage(page);
});

test("its adapter is published, and a visitor re-checks both Datanets against the chain", async ({
  browser,
}) => {
  const { ida, run, datanets } = world;
  if (!ida || !run || !datanets) throw new Error("the first test did not get this far");
  const { page } = ida;
  await page.goto(`${run}/publish`);
  await page.getByLabel("Name of the adapter").fill(`Definitions of two Datanets ${MARK}`);
  await page.getByRole("button", { name: "Run the checks" }).click();
  await page.getByRole("button", { name: "Publish on the chain" }).click({ timeout: 120_000 });
  await page.getByRole("link", { name: "See its public page" }).click({ timeout: 60_000 });
  await page.waitForURL(/\/adapters\//);
  await expect(page.getByText("Final on the chain").first()).toBeVisible({ timeout: 120_000 });
  await recheckAsVisitor(browser, new URL(page.url()).pathname, datanets);
});

test("clone and retraining are compared with the run on the questions that both were asked", async () => {
  test.setTimeout(RUN_MS + 60_000);
  const { ida, run, clone } = world;
  if (!ida || !run || !clone) throw new Error("the tests before did not get this far");
  const { page } = ida;
  await page.goto(clone);
  await page.getByRole("link", { name: "Compare with the run it came from" }).click({ timeout: RUN_MS });
  await expect(page.getByText(/^Both were asked the same \d+ questions\.$/)).toBeVisible();
  await expect(page.getByRole("table", { name: "Settings" }).getByRole("row")).toHaveText([
    /Setting.*First.*Second/,
    "Presetquickcustom",
    "Rank816",
    "Alpha1632",
  ]);
  await expect(page.getByText("Both were trained on the same number of rows of everyone.")).toBeVisible();
  await checkPage(page);

  await page.goto(run);
  const checked = page.getByRole("list", { name: "Checks by retraining" }).getByRole("listitem");
  await checked.getByRole("link", { name: "Compare in full" }).click({ timeout: RUN_MS });
  const left = page.getByRole("table", { name: "Rows trained on, by contributor" }).getByRole("row").nth(1);
  await expect(left).toHaveText(/^(Ann|Cara)\d+0$/);
  await expect(page.getByRole("heading", { name: /^Without the questions of (Ann|Cara)$/ })).toBeVisible();
  await expect(page.getByText("The settings are the same.")).toBeVisible();
  await checkPage(page);

  // What the trace and the retraining found stands beside the bars, as marks and in the table.
  await page.goto(run);
  const trust = page.getByRole("region", { name: "How far can the bars be trusted?" });
  await expect(trust.getByText(/rank agreement for people/)).toBeVisible({ timeout: RUN_MS });
  const influence = page.getByRole("region", { name: "Which data helped?" });
  await expect(influence.getByText("traced through the whole training")).toBeVisible();
  await expect(influence.getByText("measured: trained again without these rows")).toBeVisible();
  await checkPage(page);
  const bars = influence.getByRole("figure", { name: "Estimated influence by contributor" });
  await bars.getByRole("button", { name: "Table" }).click();
  await expect(bars.getByRole("columnheader")).toHaveText([
    ...["Contributor", "Rows", "Estimate", "Low", "High", "Sign"],
    ...["Traced", "Traced, low", "Traced, high"],
    ...["Retrained", "Retrained, low", "Retrained, high"],
  ]);

  // The clone of a clone carries the value that was changed.
  await page.goto(clone);
  await runAgain(page);
  await page.getByText("For experts (1 changed)").click();
  await expect(page.getByLabel("Rank", { exact: true })).toHaveValue("16");
});

async function start(page: Page): Promise<string> {
  await page.getByLabel("Base model").selectOption("tiny");
  await page.getByRole("radio", { name: /^Quick/ }).check();
  await page.getByRole("button", { name: "Check the run" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/, { timeout: 60_000 });
  await page.getByRole("button", { name: "Sign and start" }).click({ timeout: 120_000 });
  await expect(page.getByText("Waits for a signature")).toHaveCount(0, { timeout: 60_000 });
  return new URL(page.url()).pathname;
}

async function runAgain(page: Page): Promise<void> {
  const again = page.getByRole("menuitem", { name: "Run again with these settings" });
  // A page is there to be read a moment before it answers to a press.
  await expect(async () => {
    await page.getByRole("button", { name: "More actions" }).click({ timeout: 2_000 });
    await expect(again).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: RUN_MS });
  await again.click();
  await page.waitForURL(/\/train\?/);
}

/** The files that the runner read: rows and questions of both Datanets, and no row that is a question of either. */
function expectTestsApart(runId: string, datanets: string[]): void {
  const rows = rowsRead(runId, "training", "train");
  const questions = rowsRead(runId, "evaluating", "test");
  for (const read of [rows, questions])
    expect([...new Set(read.map(({ datanet }) => datanet))].sort()).toEqual([...datanets].sort());
  const asked = new Set(questions.map(({ prompt }) => prompt));
  expect(asked.size).toBe(questions.length);
  expect(rows.filter(({ prompt }) => asked.has(prompt))).toEqual([]);
}

async function recheckAsVisitor(browser: Browser, adapter: string, datanets: string[]): Promise<void> {
  const context = await browser.newContext({ baseURL: appUrl() });
  const page = await context.newPage();
  await page.goto(adapter);
  for (const name of [ALIVE, MORE])
    await expect(page.getByRole("main").locator("dl").first().getByRole("link", { name })).toBeVisible();
  await expect(page.getByRole("main").locator("dl").first()).toContainText("CC-BY-SA-4.0");
  await page.getByRole("button", { name: "Re-check" }).click();
  await expect(page.getByText("All 11 values are the same as on the chain.")).toBeVisible();
  await checkPage(page);
  await compareWithChain(page, adapter);
  await page.goto(`/datanets/${datanets[1]}#adapters`);
  await expect(page.getByRole("link", { name: `Definitions of two Datanets ${MARK}` })).toBeVisible();
  await context.close();
}

/** Read past the app: the record is of the very card, and each Datanet's batch of the very manifest that is offered. */
async function compareWithChain(page: Page, adapter: string): Promise<void> {
  const config = await (await page.request.get("/api/trpc/chain.config")).json();
  const chain = createPublicClient({ transport: http(config.result.data.json.rpcUrl) });
  const file = async (name: string) => {
    const answer = await page.request.get(`/api${adapter}/files/${name}`);
    expect(answer.ok(), name).toBe(true);
    return answer.body();
  };
  const card = await file("card.json");
  const { adapter: weights, data } = JSON.parse(card.toString("utf8"));
  const adapters = { address: deployment.adapterRegistry as `0x${string}`, abi: adapterRegistryAbi } as const;
  const tokenId = await chain.readContract({
    ...adapters,
    functionName: "tokenOfArtifact",
    args: [`0x${weights.sha256}`],
  });
  const record = await chain.readContract({ ...adapters, functionName: "record", args: [tokenId] });
  expect(record.artifactHash).toBe(hashOf(await file("adapter_model.safetensors")));
  expect(record.cardHash).toBe(hashOf(card));
  expect(data.licence).toBe("CC-BY-SA-4.0");
  for (const [i, source] of data.datanets.entries()) {
    const batch = await chain.readContract({
      address: deployment.datanetRegistry as `0x${string}`,
      abi: datanetRegistryAbi,
      functionName: "batch",
      args: [BigInt(source.datanetId), BigInt(source.version)],
    });
    expect(batch.root).toBe(`0x${source.root}`);
    const offered = await downloadOf(
      page.getByRole("link", { name: `snapshot_manifest${i > 0 ? "_2" : ""}.json` }),
    );
    expect(batch.manifestHash).toBe(hashOf(offered));
  }
}

const hashOf = (content: Buffer) => `0x${createHash("sha256").update(content).digest("hex")}`;

async function downloadOf(link: Locator): Promise<Buffer> {
  const [download] = await Promise.all([link.page().waitForEvent("download"), link.click()]);
  return readFileSync(await download.path());
}
