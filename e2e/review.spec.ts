import { expect, type Locator, type Page, test } from "@playwright/test";
import { pressOn, tabTo, typeInto } from "./fixtures/keyboard";
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
import { checkPage } from "./fixtures/person";
import { setDoubleShare } from "./fixtures/review-rules";
import { definitions } from "./fixtures/sample";

const NAME = "Food or body, reviewed";
const DAN_ROWS = 12;
const EVE_ROWS = 3;

const row = (page: Page) => page.getByRole("article", { name: /^Row/ });
const undo = (page: Page) => page.getByRole("button", { name: /undo/i });

/** Presses keys on the row that is shown and waits until another one, or none, is. */
async function decideWith(page: Page, ...keys: string[]): Promise<void> {
  await expect(row(page)).toBeVisible();
  await idle(page);
  const shown = (await row(page).getAttribute("aria-label"))!;
  for (const key of keys) await page.keyboard.press(key);
  await expect(page.getByRole("article", { name: shown, exact: true })).toHaveCount(0);
}

const shownRow = async (page: Page) => (await row(page).getAttribute("aria-label"))!.match(/^Row (\d+)/)![1]!;

/** Five people, no mouse: a file is triaged, mended and sent back, another one is read by two who disagree. */
test("disagreement, send-back, resubmission, adjudication and freeze without a mouse", async ({
  browser,
}) => {
  test.setTimeout(9 * 60_000);
  const lines = definitions(DAN_ROWS + EVE_ROWS);
  const file = (name: string, of: typeof lines) => ({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(`prompt,answer\n${of.map(({ text, label }) => `${text},${label}`).join("\n")}\n`),
  });
  const dan = await signIn(browser, "Dan");
  const datanet = await createDatanet(dan, NAME, [...new Set(lines.map(({ label }) => label))].sort());
  const [eve, vic, wes, xia] = [
    await signIn(browser, "Eve"),
    await signIn(browser, "Vic"),
    await signIn(browser, "Wes"),
    await signIn(browser, "Xia"),
  ] as [Page, Page, Page, Page];
  for (const page of [eve, vic, wes, xia]) await join(page, datanet);
  for (const name of ["Vic", "Wes", "Xia"]) await grant(dan, datanet, name);

  await setDoubleShare(dan, datanet, 0);
  const contribution = await contribute(dan, datanet, file("dan.csv", lines.slice(0, DAN_ROWS)), DAN_ROWS);
  await triage(vic, datanet);
  await mend(dan, contribution);
  await acceptMended(vic);

  await setDoubleShare(dan, datanet, 1);
  await contribute(eve, datanet, file("eve.csv", lines.slice(DAN_ROWS)), EVE_ROWS);
  await disagree(vic, wes, datanet);
  await adjudicate(xia, datanet);
  // Dan's rows, one of them mended by Vic and one by Dan, and Eve's: one of them by adjudication.
  await freeze(dan, vic, datanet, DAN_ROWS + EVE_ROWS);
  await checkPage(dan);
});

/** One row back with a note on a part of it, one mended, one rejected and taken back, the rest as a selection. */
async function triage(page: Page, datanet: string): Promise<void> {
  await openQueue(page, datanet);
  await expect(row(page)).toBeVisible();
  await checkPage(page);

  // A draft outlives a reload.
  await page.keyboard.press("s");
  await expect(page.getByRole("group", { name: "What is to be mended?" })).toBeVisible();
  await typeInto(page, page.getByLabel("Note, if it helps the contributor"), "Which part of the body?");
  await expect(page.getByText("Kept: it is here when you come back.")).toBeVisible();
  await checkPage(page);
  await page.reload();
  await expect(page.getByLabel("Note, if it helps the contributor")).toHaveValue("Which part of the body?");
  await page.keyboard.press("Escape");
  const text = (await row(page).locator("bdi").first().innerText()).split(" ")[0]!;
  await page.keyboard.press("n");
  await typeInto(page, page.getByLabel("Part"), text);
  await typeInto(page, page.getByLabel("Your note"), "Too general");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Your notes" })).toContainText("Too general");
  await decideWith(page, "s", "2");
  await expect(undo(page)).toBeVisible();

  await idle(page);
  const mended = await shownRow(page);
  await page.keyboard.press("f");
  const prompt = page.getByRole("textbox").first();
  await expect(prompt).toBeFocused();
  await checkPage(page);
  await page.keyboard.press("End");
  await page.keyboard.type(" (mended)");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText(`Row ${mended} mended and accepted`)).toBeVisible();

  await idle(page);
  const rejected = await shownRow(page);
  await decideWith(page, "r", "1");
  await expect(page.getByText(`Row ${rejected} rejected`)).toBeVisible();
  await idle(page);
  await page.keyboard.press("u");
  await expect(page.getByRole("article", { name: new RegExp(`^Row ${rejected} of`) })).toBeVisible();
  await expect(undo(page)).toHaveCount(0);

  // Skip, back, and the list of everything that waits.
  await idle(page);
  await decideWith(page, "j");
  await idle(page);
  await page.keyboard.press("k");
  await expect(page.getByRole("article", { name: new RegExp(`^Row ${rejected} of`) })).toBeVisible();
  await idle(page);
  await page.keyboard.press("/");
  await expect(page.getByLabel("Search the queue")).toBeFocused();
  await expect(page.getByRole("checkbox")).toHaveCount(DAN_ROWS - 2);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("checkbox").first()).toBeFocused();
  await checkPage(page);
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByText(`${DAN_ROWS - 2} rows, 2 selected`)).toBeVisible();
  await page.keyboard.press("Shift+X");
  await expect(page.getByText(`${DAN_ROWS - 2} rows, ${DAN_ROWS - 2} selected`)).toBeVisible();
  await page.keyboard.press("Shift+A");
  await expect(page.getByText(`${DAN_ROWS - 2} rows accepted`)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Nothing waits for review")).toBeVisible();
}

async function mend(page: Page, contribution: string): Promise<void> {
  await page.goto("/notices");
  await expect(page.getByText("A row was sent back to you").first()).toBeVisible();
  await page.goto(contribution);
  const form: Locator = page.getByRole("form", { name: /^Row/ });
  await expect(form).toContainText("Which part of the body?");
  await expect(form).toContainText("Too general");
  await checkPage(page);
  await tabTo(page, form.getByRole("textbox").first());
  await page.keyboard.press("End");
  await page.keyboard.type(" (of the arm)");
  await pressOn(page, form.getByRole("button", { name: /^Submit row/ }));
  await expect(form).toHaveCount(0);
}

async function acceptMended(page: Page): Promise<void> {
  await expect(row(page)).toContainText("(of the arm)");
  await expect(page.getByText("Mended by its contributor")).toBeVisible();
  await checkPage(page);
  await decideWith(page, "a");
  await expect(page.getByText("Nothing waits for review")).toBeVisible();
}

/** Two people on the same rows: neither sees the other's decision, and one row is seen differently. */
async function disagree(one: Page, other: Page, datanet: string): Promise<void> {
  await openQueue(one, datanet);
  for (let i = 0; i < EVE_ROWS; i += 1) await decideWith(one, "a");
  await expect(one.getByText(`${EVE_ROWS} rows that you decided on wait for a second person.`)).toBeVisible();
  await openQueue(other, datanet);
  await expect(row(other)).toBeVisible();
  await expect(other.getByText("Two validators disagree")).toHaveCount(0);
  await decideWith(other, "r", "2");
  // Not told while it could be taken back and decided as the other did.
  await expect(other.getByText(/^Row \d+ rejected$/)).toBeVisible();
  await expect(other.getByText(/isagree/)).toHaveCount(0);
  for (let i = 1; i < EVE_ROWS; i += 1) await decideWith(other, "a");
  await expect(other.getByText("You and another validator disagree on 1 row")).toBeVisible();
  await checkPage(other);
}

async function adjudicate(page: Page, datanet: string): Promise<void> {
  await openQueue(page, datanet);
  await expect(page.getByText("Two validators disagree on 1 row")).toBeVisible();
  await page.keyboard.press("d");
  const both = page.getByRole("region", { name: "Two validators disagree" });
  await expect(both).toContainText("Accept");
  await expect(both).toContainText("Reject");
  await expect(both).toContainText("The question or answer is unclear");
  await expect(both).not.toContainText(/Vic|Wes/);
  await checkPage(page);
  await decideWith(page, "a");
  await expect(page.getByText("No disagreement waits for you")).toBeVisible();
}
