import { expect, type Page, test } from "@playwright/test";
import { pressOn, skipToContent, tabTo } from "./fixtures/keyboard";
import {
  contribute,
  createDatanet,
  freeze,
  grant,
  idle,
  join,
  openQueue,
  signIn,
} from "./fixtures/keyboard-walk";
import { buildSmallSample } from "./fixtures/sample";

const ROWS = 40;
const NAME = "Animal or plant, by keyboard";

/** Two people, no mouse: from the sign-in to a run on its way. An address is typed only where a person would type one. */
test("from sign-in to a started run without a mouse, the focus seen at every stop", async ({ browser }) => {
  test.setTimeout(6 * 60_000);
  const sample = buildSmallSample(ROWS);
  const ann = await signIn(browser, "Ann");
  const datanet = await createDatanet(ann, NAME, sample.labels);
  const bob = await signIn(browser, "Bob");
  await join(bob, datanet);
  await grant(ann, datanet, "Bob");
  await contribute(ann, datanet, sample.path, ROWS);
  await review(bob, datanet);
  const version = await freeze(ann, bob, datanet, ROWS);
  await startAndCancel(ann, version);
});

/** Single keys: accept, reject with a reason, take back; the help with a question mark. */
async function review(page: Page, datanet: string): Promise<void> {
  await openQueue(page, datanet);
  const accept = page.getByRole("button", { name: "Accept", exact: true });
  await expect(accept).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("r");
  await page.keyboard.press("1");
  await expect(page.getByRole("button", { name: /undo/i })).toBeVisible();
  await idle(page);
  await page.keyboard.press("u");
  await expect(page.getByRole("button", { name: /undo/i })).toHaveCount(0);
  const done = page.getByText("Nothing waits for review");
  for (let rows = 0; rows < ROWS; rows += 1) {
    const row = (await page.getByRole("article", { name: /^Row/ }).getAttribute("aria-label"))!;
    await idle(page);
    await page.keyboard.press("a");
    await expect(page.getByRole("article", { name: row, exact: true })).toHaveCount(0);
    await expect(accept.or(done).first()).toBeVisible();
  }
  await expect(done).toBeVisible();
}

async function startAndCancel(page: Page, version: string): Promise<void> {
  await page.goto(version);
  await skipToContent(page);
  await pressOn(page, page.getByRole("link", { name: /^Train/ }).first());
  await page.waitForURL(/\/train/);
  const base = page.getByLabel("Base model");
  await tabTo(page, base);
  for (let i = 0; i < 5 && (await base.inputValue()) !== "tiny"; i += 1)
    await page.keyboard.press("ArrowDown");
  for (let i = 0; i < 5 && (await base.inputValue()) !== "tiny"; i += 1) await page.keyboard.press("ArrowUp");
  await expect(base).toHaveValue("tiny");
  await tabTo(page, page.getByRole("radio", { name: /^Quick/ }));
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: /^Quick/ })).not.toBeChecked();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("radio", { name: /^Quick/ })).toBeChecked();
  await pressOn(page, page.getByRole("button", { name: "Check the run" }));
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/, { timeout: 120_000 });
  await pressOn(page, page.getByRole("button", { name: "Cancel the run" }));
  const dialog = page.getByRole("dialog");
  await pressOn(page, dialog.getByRole("button", { name: "Cancel the run" }));
  await expect(page.getByText(/^Cancelled/).first()).toBeVisible({ timeout: 60_000 });
}
