import { type Browser, expect, type Page, test } from "@playwright/test";
import { pressOn, skipToContent, tabTo, typeInto } from "./fixtures/keyboard";
import { appUrl } from "./fixtures/person";
import { buildSmallSample } from "./fixtures/sample";

const ROWS = 40;
const NAME = "Animal or plant, by keyboard";

/** Two people, no mouse: from the sign-in to a run on its way. An address is typed only where a person would type one. */
test("from sign-in to a started run without a mouse, the focus seen at every stop", async ({ browser }) => {
  test.setTimeout(6 * 60_000);
  const sample = buildSmallSample(ROWS);
  const ann = await signIn(browser, "Ann");
  const datanet = await createDatanet(ann, sample.labels);
  const bob = await signIn(browser, "Bob");
  await join(bob, datanet);
  await grant(ann, datanet);
  await contribute(ann, datanet, sample.path);
  await review(bob, datanet);
  const version = await freeze(ann, bob, datanet);
  await startAndCancel(ann, version);
});

async function signIn(browser: Browser, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: appUrl() });
  const page = await context.newPage();
  await page.goto("/");
  await pressOn(page, page.getByRole("banner").getByRole("link", { name: "Sign in" }));
  await page.waitForURL(/\/sign-in$/);
  await expect(page.locator("#main"), "a new page is read from its content").toBeFocused();
  await pressOn(page, page.getByRole("button", { name: "Sign in with a local wallet" }));
  await page.waitForURL(/\/datanets$/);

  const menu = page.getByRole("banner").getByRole("button", { name: /^0x/ });
  await tabTo(page, menu, "Shift+Tab");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Account" })).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/account$/);
  await typeInto(page, page.getByLabel("Name"), name);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("banner").getByRole("button", { name })).toBeVisible();
  return page;
}

async function createDatanet(page: Page, labels: string[]): Promise<string> {
  await page.goto("/datanets");
  await skipToContent(page);
  await pressOn(page, page.getByRole("link", { name: "Create a Datanet" }).first());
  await page.waitForURL(/\/datanets\/new$/);
  await tabTo(page, page.getByRole("radio").first());
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  const label = page.getByRole("radio", { name: "Sort into labels" });
  for (let i = 0; i < 4 && !(await label.isChecked()); i += 1) await page.keyboard.press("ArrowDown");
  await expect(label).toBeChecked();
  await tabTo(page, page.getByLabel("Labels", { exact: true }));
  for (const text of labels) {
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  }
  // A form that is not complete yet leads to what is missing.
  await pressOn(page, page.getByRole("button", { name: "Create and register" }));
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.type(NAME);
  await typeInto(page, page.getByLabel("Purpose"), "Tell an animal from a plant by a short definition.");
  await typeInto(page, page.getByLabel("Guidelines"), "One definition a row, and the one label that fits.");
  await typeInto(page, page.getByLabel("Licence", { exact: true }), "CC-BY-4.0");
  await page.keyboard.press("Escape");
  await pressOn(page, page.getByRole("button", { name: "Create and register" }));
  await page.waitForURL(/\/datanets\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { level: 1, name: NAME })).toBeVisible();
  return new URL(page.url()).pathname;
}

async function join(page: Page, datanet: string): Promise<void> {
  await page.goto(datanet);
  await skipToContent(page);
  await pressOn(page, page.getByRole("button", { name: "Join" }));
  await expect(page.getByRole("link", { name: "Contribute" })).toBeVisible();
}

async function grant(page: Page, datanet: string): Promise<void> {
  await page.goto(datanet);
  await tabTo(page, page.getByRole("tab", { selected: true }));
  await page.keyboard.press("End");
  await expect(page.getByRole("tab", { name: "Members" })).toBeFocused();
  await pressOn(page, page.getByRole("button", { name: "Make validator: Bob" }));
  const dialog = page.getByRole("dialog");
  await pressOn(page, dialog.getByRole("button", { name: "Grant the role" }));
  await expect(dialog.getByText("Included")).toBeVisible();
  // Round once: the focus stays in the window.
  for (let i = 0; i < 8; i += 1) {
    await page.keyboard.press("Tab");
    await expect(dialog.locator(":focus")).toHaveCount(1);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("cell", { name: "Validator", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Take role back: Bob" })).toBeFocused();
}

async function contribute(page: Page, datanet: string, file: string): Promise<void> {
  await page.goto(`${datanet}/contribute`);
  const chooser = page.waitForEvent("filechooser");
  await pressOn(page, page.getByRole("button", { name: "Choose a file" }));
  await (await chooser).setFiles(file);
  await page.waitForURL(/\/contributions\//);
  await pressOn(page, page.getByRole("button", { name: `Submit ${ROWS} rows` }));
  const dialog = page.getByRole("dialog");
  await pressOn(page, dialog.getByRole("checkbox", { name: /I may give these rows/ }), "Space");
  await pressOn(page, dialog.getByRole("button", { name: "Submit", exact: true }));
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
}

/** Single keys: accept, reject with a reason, take back; the help with a question mark. */
async function review(page: Page, datanet: string): Promise<void> {
  await page.goto(datanet);
  await skipToContent(page);
  await pressOn(page, page.getByRole("link", { name: /^Review/ }).first());
  await page.waitForURL(/\/review$/);
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

/** A key counts once the last decision is stored; the Accept button says when that is. */
const idle = (page: Page) =>
  expect(page.getByRole("button", { name: "Accept", exact: true })).not.toHaveAttribute("aria-busy", "true");

async function freeze(ann: Page, bob: Page, datanet: string): Promise<string> {
  await ann.goto(`${datanet}/freeze`);
  await pressOn(ann, ann.getByRole("button", { name: `Freeze ${ROWS} rows` }));
  await ann.waitForURL(/\/versions\//);
  const version = new URL(ann.url()).pathname;
  await bob.goto(version);
  await pressOn(bob, bob.getByRole("button", { name: "Approve version 1" }));
  await pressOn(ann, ann.getByRole("button", { name: "Freeze version 1 on the chain" }));
  await expect(ann.getByRole("link", { name: /^Train/ })).toBeVisible({ timeout: 60_000 });
  return version;
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
