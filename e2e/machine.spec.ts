import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { startTestApp } from "../scripts/lib/test-app.mjs";
import { frozenVersion } from "./fixtures/frozen";
import { checkPage } from "./fixtures/person";
import { provisionedBases } from "./fixtures/processes";
import { realRows } from "./fixtures/sample";

const CHECKED_MS = 180_000;
const LABELS = ["body", "food"];
/** What an operator leaves a run on a shared server: too little for SmolLM2, and the tiny base only just. */
const RUN_MEMORY_BYTES = "1200000000";
const REVISION = "0123456789abcdef0123456789abcdef01234567";

/** An app of its own: the limit is a setting of the server, and the base is added to this one alone. */
test("a memory limit and an added base show in the form, and a run is checked against them", async ({
  browser,
}) => {
  test.setTimeout(10 * 60_000);
  const folder = mkdtempSync(path.join(tmpdir(), "modelfactory-machine-"));
  const dataDir = path.join(folder, "data");
  mkdirSync(path.join(dataDir, "bases"), { recursive: true });
  const made = "smollm2-135m-instruct";
  symlinkSync(path.join(provisionedBases(), made), path.join(dataDir, "bases", made));
  const app = await startTestApp({
    dataDir,
    env: { RUNNER_MEMORY_BYTES: RUN_MEMORY_BYTES, RUNNER_DEVICE: "cpu" },
  });
  const context = await browser.newContext({ baseURL: app.url });
  try {
    const { owner, datanetId } = await frozenVersion({
      owner: "Ola",
      files: [realRows(LABELS, 20)],
      labels: LABELS,
      url: () => app.url,
    });
    await context.addCookies([...owner.cookies].map(([name, value]) => ({ name, value, url: app.url })));
    const page = await context.newPage();
    await page.goto(`/datanets/${datanetId}/train`);
    await readBadges(page);
    await readFourBits(page);
    addBase(folder, dataDir);
    await page.reload();
    await checkOnAddedBase(page);
  } finally {
    await context.close();
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

const fitOf = (page: Page, name: string): Locator =>
  page
    .getByLabel("Which base fits this machine")
    .locator("> div", { has: page.getByText(name, { exact: true }) });

/** The base that does not fit cannot be chosen, and the one that does is. */
async function readBadges(page: Page): Promise<void> {
  const smol = fitOf(page, "SmolLM2 135M Instruct");
  await expect(smol.getByText("Does not fit", { exact: true })).toBeVisible();
  await expect(smol).toContainText("Training needs 2.2 GB of memory, and this machine has 1.2 GB for it.");
  const tiny = fitOf(page, "Tiny (2.4 M, WordNet)");
  await expect(tiny.getByText("Tight", { exact: true })).toBeVisible();
  await expect(tiny).toContainText(
    "Training needs 900 MB of the 1.2 GB that this machine has for it: long rows or another program can end it.",
  );
  const base = page.getByLabel("Base model");
  await expect(base).toHaveValue("tiny");
  await expect(
    base.getByRole("option", { name: /^SmolLM2 .*does not fit into this machine’s memory/ }),
  ).toBeDisabled();
  await expect(base.getByRole("option")).toHaveCount(2);
  await checkPage(page);
}

async function readFourBits(page: Page): Promise<void> {
  await page.getByText("For experts").click();
  const kept = page.getByLabel("Base while training");
  await expect(kept).toHaveValue("none");
  await expect(kept.getByRole("option", { name: "In four bits" })).toBeDisabled();
  await expect(
    page.getByText(/Four bits need a CUDA GPU, which this machine does not have\.$/),
  ).toBeVisible();
  await checkPage(page);
}

/** As an administrator does, with the files of a base in a folder as a download leaves them. */
function addBase(folder: string, dataDir: string): void {
  const downloaded = path.join(folder, "downloaded");
  cpSync("training-runner/bases/tiny", downloaded, { recursive: true });
  writeFileSync(path.join(downloaded, "README.md"), "---\nlicense: apache-2.0\n---\n# Small Talk\n");
  const command = ["factory", "--", "base", "add", "someone/Small-Talk", "--revision", REVISION];
  execFileSync("npm", ["run", "--silent", ...command, "--from", downloaded, "--data", dataDir], {
    stdio: "pipe",
  });
}

async function checkOnAddedBase(page: Page): Promise<void> {
  const added = fitOf(page, "Small-Talk");
  await expect(added.getByText("Fits", { exact: true })).toBeVisible();
  await expect(added).toContainText("of the 1.2 GB that this machine has for it.");
  await page.getByLabel("Base model").selectOption({ label: "Small-Talk" });
  await expect(
    page.getByText("2.4 million parameters, reads up to 512 tokens, licence apache-2.0"),
  ).toBeVisible();
  await page.getByRole("button", { name: "Check the run" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  const check = (name: string) =>
    page.getByRole("listitem").filter({ has: page.getByText(name, { exact: true }) });
  await expect(check("Base model")).toContainText(/files of Small-Talk \(\d+ MB\) are here and unchanged\./, {
    timeout: CHECKED_MS,
  });
  await expect(check("Memory")).toContainText("this machine has 1.2 GB for it.");
  await expect(page.getByRole("button", { name: "Sign and start" })).toBeVisible();
}
