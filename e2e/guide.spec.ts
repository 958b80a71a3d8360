import { expect, type Page, test } from "@playwright/test";
import { appUrl, checkPage } from "./fixtures/person";
import { seededSample } from "./fixtures/sample";
import { turnTab } from "./fixtures/tab";

const CHECKED_MS = 120_000;
const RUN_MS = 5 * 60_000;
const UNDER_WAY = /^(\d+ % )?(Measuring the base|Training|Measuring|Scoring the data) · ModelFactory$/;

/** A newcomer follows the guide from a sample's result to a published adapter; the guide tells how far they really are. */
test("one click makes a sample one's own, and the guide leads on to a published adapter", async ({
  browser,
}) => {
  test.setTimeout(15 * 60_000);
  const context = await browser.newContext({ baseURL: appUrl() });
  const page = await context.newPage();
  await seededSample(page, "Word forms");
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Look at a finished sample" })).toBeVisible();
  await page.getByRole("button", { name: "Guide", exact: true }).click();
  const guide = page.getByRole("region", { name: "Guide" });
  await expect(nextStep(page)).toContainText("See what a sample shows");
  await checkPage(page);

  await guide.getByRole("link", { name: "Open the sample’s result" }).click();
  await page.waitForURL(/\/runs\//);
  await expect(nextStep(page)).toContainText("Make it yours");
  await page.getByRole("main").getByRole("link", { name: "Make it yours" }).click();
  await page.waitForURL(/\/sign-in\?/);
  await page.getByRole("button", { name: /local wallet/i }).click();
  await page.waitForURL(/\/datanets\/[^/]+\/train\?version=/);

  // What the visitor saw counts for the account; the form is filled in, and only the signature is left.
  await expect(nextStep(page)).toContainText("Make it yours");
  await expect(page.getByRole("radio", { name: /^Quick/ })).toBeChecked();
  await page.getByLabel("Base model").selectOption("tiny");
  await checkPage(page);
  await page.getByRole("button", { name: "Check the run" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/, { timeout: 120_000 });
  await page.getByRole("button", { name: "Sign and start" }).click({ timeout: 120_000 });
  await expect(nextStep(page)).toContainText("Read your result");
  await checkPage(page);

  await guide.getByRole("button", { name: "Put the guide away" }).click();
  await expect(guide).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(guide).toHaveCount(0);
  await page.getByRole("button", { name: "Guide", exact: true }).click();
  await expect(nextStep(page)).toContainText("Read your result");
  await watchFromAnotherTab(page);
  await publish(page);
  await recheck(page);
  await context.close();
});

/** Nobody looks at the tab; its title says how far the run is all the same. */
async function watchFromAnotherTab(page: Page): Promise<void> {
  await expect(page).toHaveTitle(UNDER_WAY, { timeout: RUN_MS });
  await turnTab(page, "hidden");
  const seen = await page.title();
  await expect(page).not.toHaveTitle(seen, { timeout: RUN_MS });
  await expect(page).toHaveTitle("Finished · ModelFactory", { timeout: RUN_MS });
  await turnTab(page, "visible");
}

async function publish(page: Page): Promise<void> {
  await expect(nextStep(page)).toContainText("Publish it");
  await page.getByRole("region", { name: "Guide" }).getByRole("link", { name: "Go to publishing" }).click();
  await page.waitForURL(/\/runs\/[^/]+\/publish$/);
  await page.getByRole("button", { name: "Run the checks" }).click();
  await page.getByRole("button", { name: "Publish on the chain" }).click({ timeout: CHECKED_MS });
  await expect(nextStep(page)).toContainText("Check it", { timeout: CHECKED_MS });
  await checkPage(page);
}

async function recheck(page: Page): Promise<void> {
  const guide = page.getByRole("region", { name: "Guide" });
  await guide.getByRole("link", { name: "Open your adapter" }).click();
  await page.waitForURL(/\/adapters\//);
  await page.getByRole("button", { name: "Re-check" }).click();
  await expect(page.getByText(/^All \d+ values are the same as on the chain\.$/)).toBeVisible();
  await expect(guide.getByRole("status")).toContainText("You published an adapter, and anyone can check it.");
  await expect(nextStep(page)).toHaveCount(0);
  await expect(guide.getByRole("listitem").filter({ hasText: "(done)" })).toHaveCount(5);
  await checkPage(page);
}

const nextStep = (page: Page) => page.getByRole("region", { name: "Guide" }).locator('[aria-current="step"]');
