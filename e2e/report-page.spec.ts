import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { appUrl, checkPage } from "./fixtures/person";
import { SEEDED_MS, seededSample } from "./fixtures/sample";

/** A sample's report as somebody reads it who was sent its address. */
test("a visitor reads a run's report, takes its figures and prints it", async ({ browser }) => {
  test.setTimeout(SEEDED_MS + 60_000);
  const context = await browser.newContext({ baseURL: appUrl(), acceptDownloads: true, colorScheme: "dark" });
  const page = await context.newPage();
  const { runId } = await seededSample(page, "Word forms");
  await page.goto(`/runs/${runId}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Report to share or print" }).click();
  await page.waitForURL(`${appUrl()}/runs/${runId}/report`);

  await expect(page).toHaveTitle("Report: training run on Word forms · ModelFactory");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Training run on Word forms");
  for (const name of [
    "The question",
    "Did it get better?",
    "What got worse?",
    "Did it lose general ability?",
    "Which data helped?",
    "Does the estimate hold?",
    "How it was measured",
    "How to compute it again",
  ])
    await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
  await expect(page.getByText("so the estimate above is unchecked by retraining")).toBeVisible();
  await expect(page.getByText(`${appUrl()}/runs/${runId}/report`)).toBeVisible();
  // A report asks for nothing.
  for (const name of [/^Check by retraining/, /^Sign in to/, /^Try again without/])
    await expect(page.getByRole("main").getByRole("link", { name })).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "How wrong it still is" })).toBeVisible();
  await checkPage(page);

  const bars = await csvOf(page, "Estimated influence by contributor");
  expect(bars[0]!.slice(0, 6)).toEqual(["Contributor", "Rows", "Estimate", "Low", "High", "Sign"]);
  expect(bars.slice(1).map(([name]) => name)).toContain("emil");
  for (const [, rows, value, low, high] of bars.slice(1)) {
    expect(Number(rows)).toBeGreaterThan(0);
    expect(Number(low)).toBeLessThan(Number(value));
    expect(Number(high)).toBeGreaterThan(Number(value));
  }

  const shares = await csvOf(page, "Shares by contributor");
  expect(shares[0]).toEqual([
    ...["Contributor", "Clusters first brought", "Certain", "Of the equal pool", "Share"],
    "Estimate’s upper end",
  ]);
  expect(shares.slice(1).reduce((sum, row) => sum + Number(row[4]), 0)).toBe(10_000);
  await expect(page.getByText(/cannot be attributed to anybody/)).toBeVisible();

  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await checkPage(page);
  await printsWhole(page);
  await context.close();
});

async function csvOf(page: Page, figure: string): Promise<string[][]> {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: `CSV of ${figure}` }).click();
  const file = readFileSync(await (await waiting).path(), "utf8");
  return file
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
}

/** On paper: no navigation, nothing to press, light although the browser is dark, hashes whole, charts uncut. */
async function printsWhole(page: Page) {
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("banner")).toBeHidden();
  await expect(page.getByRole("contentinfo")).toBeHidden();
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  await expect(page.locator("html")).toHaveCSS("background-color", "rgb(255, 255, 255)");
  const hash = page.locator("dd .font-mono [title]").first();
  const whole = await hash.getAttribute("title");
  expect(whole).toMatch(/^(0x)?[0-9a-f]{64}$/);
  const printed = await hash.evaluate((element) => getComputedStyle(element, "::after").content);
  expect(["none", "normal"]).not.toContain(printed);
  for (const figure of await page.getByRole("figure").all())
    await expect(figure).toHaveCSS("break-inside", "avoid");
}
