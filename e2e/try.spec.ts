import { expect, type Page, test } from "@playwright/test";
import { createDatanet } from "./fixtures/datanet";
import { checkPage, newPerson } from "./fixtures/person";

const ANSWER_MS = 120_000;
const QUESTION = "a small bird that eats seeds";

test("an adapter is asked, compared blind, looked into, and told what it got wrong", async ({ browser }) => {
  test.setTimeout(5 * 60_000);
  const { page } = await newPerson(browser, "Ida");
  await openSample(page);
  const panel = page.getByRole("region", { name: "Try it" });
  await expect(panel.getByText(/Anyone may ask, visitors too/)).toBeVisible();

  await panel.getByLabel("A text to sort").fill(QUESTION);
  await panel.getByRole("button", { name: "Send" }).click();
  await expect(panel.getByText(/^\d+ tokens? in /)).toBeVisible({ timeout: ANSWER_MS });
  await panel.getByRole("button", { name: "Nearest training rows" }).click();
  await expect(panel.getByText(/Similar in wording, not proof of influence/)).toBeVisible();
  await expect(panel.getByText(/^Similarity \d+ of 100, from/).first()).toBeVisible();
  await checkPage(page);

  // Nobody reviews a sample: the answer becomes a task of a Datanet of one's own.
  await panel.getByRole("button", { name: "This answer is wrong" }).click();
  await expect(panel.getByText("A sample takes no tasks")).toBeVisible();
  await checkPage(page);
  const sample = page.url();
  const own = await createDatanet(page, "Definitions of Ida", [
    "animal",
    "food",
    "object",
    "person",
    "plant",
  ]);
  await page.goto(sample);
  await panel.getByLabel("A text to sort").fill(QUESTION);
  await panel.getByRole("button", { name: "Send" }).click();
  await panel.getByRole("button", { name: "This answer is wrong" }).click({ timeout: ANSWER_MS });
  await checkPage(page);
  const answer = (await panel.locator("p.text-lg").first().innerText()).replace("The adapter: ", "").trim();
  await panel.getByLabel("What should it have been?").selectOption(answer === "food" ? "plant" : "food");
  await panel.getByRole("button", { name: "Open the task" }).click();
  await expect(panel.getByText("It is a task of the Datanet now")).toBeVisible();

  await panel.getByRole("tab", { name: "Blind comparison" }).click();
  await panel.getByLabel("One question for both").fill(QUESTION);
  await panel.getByRole("button", { name: "Ask both" }).click();
  await panel.getByRole("button", { name: "A is better" }).click({ timeout: ANSWER_MS });
  await expect(panel.getByText(/^You preferred the/)).toBeVisible();
  await expect(panel.getByRole("heading", { name: /^[AB]: the adapter$/ })).toBeVisible();
  await expect(panel.getByText(/in [01] of 1 votes \(95 % interval/)).toBeVisible();
  await checkPage(page);
  await panel.getByLabel("One question for both").fill(QUESTION);
  await panel.getByRole("button", { name: "Ask both" }).click();
  await expect(panel.getByText(/You have voted on this question before/)).toBeVisible();

  await page.goto(`${own}#tasks`);
  await expect(page.getByRole("cell", { name: QUESTION })).toBeVisible();
  await checkPage(page);
  await page.getByRole("link", { name: "Write examples for this" }).click();
  await expect(page.getByLabel("Rows", { exact: true })).toHaveValue(new RegExp(QUESTION));
  await checkPage(page);
  await page.getByRole("button", { name: "Read these rows" }).click();
  await page.waitForURL(/\/contributions\//);
});

/** The published adapter of the first sample, once the seeding has come that far; those of other journeys are newer. */
async function openSample(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto("/adapters");
    await page
      .getByRole("link", { name: /^What is described\?/ })
      .last()
      .click({ timeout: 2_000 });
  }).toPass({ timeout: ANSWER_MS });
  await page.waitForURL(/\/adapters\/[0-9a-f-]{36}/);
  await expect(page.getByText(/Anyone may ask|not published/).first()).toBeVisible();
}
