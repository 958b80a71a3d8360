import { expect, type Page, test } from "@playwright/test";
import { walkOverHttp } from "./fixtures/frozen";
import { appUrl, checkPage, newPerson } from "./fixtures/person";
import { definitions } from "./fixtures/sample";

/** Our style: every answer begins so. */
const OURS = "Well, friends";
const MOST_PAIRS = 200;

test("members judge a style blind, and fifty judged questions give it a verdict", async ({ browser }) => {
  test.setTimeout(15 * 60_000);
  const rows = definitions(170).map(({ text, label }) => `${text},"${OURS}: ${label}!"`);
  const { world, until } = walkOverHttp({
    owner: "Ann",
    goal: "style",
    labels: [],
    name: "How we talk",
    files: [{ name: "talk.csv", content: `request,answer\n${rows.join("\n")}\n` }],
  });
  await until("measure and score");
  const run = `/runs/${world.runId}`;

  const visitor = await (await browser.newContext({ baseURL: appUrl() })).newPage();
  await visitor.goto(run);
  await expect(visitor.getByText("Not measured", { exact: true }).first()).toBeVisible();
  await expect(visitor.getByText(/50 more for a verdict; nobody has voted yet/)).toBeVisible();
  await expect(visitor.getByRole("link", { name: "Join to judge" })).toBeVisible();
  await visitor.getByText("Answers side by side").scrollIntoViewIfNeeded();
  await expect(visitor.getByText(/more are kept back while they are judged blind/)).toBeVisible();
  await checkPage(visitor);

  const { page } = await newPerson(browser, "Judy");
  await page.goto(`/datanets/${world.datanetId}`);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("link", { name: "Contribute" })).toBeVisible();
  await page.goto(run);
  await page.getByRole("link", { name: "Judge its answers" }).click();
  await page.waitForURL(/\/judge$/);
  await judgeAll(page);

  await page.getByRole("link", { name: "See the result" }).click();
  await expect(page.getByText("Better", { exact: true }).first()).toBeVisible();
  await expect(page.getByText(/^Adapter preferred on \d+, base on 0, of \d+ judged questions/)).toBeVisible();
  await expect(page.getByText("You have judged every pair of this run.")).toBeVisible();
  await expect(page.getByRole("row", { name: /^Trained adapter \d+ \d/ })).toBeVisible();
  await checkPage(page);
  await visitor.goto("/runs");
  await expect(visitor.getByRole("row", { name: /How we talk.*Better/ })).toBeVisible();
});

/** By key: whichever answer is in our style, neither where both or none are. */
async function judgeAll(page: Page): Promise<void> {
  const pair = page.getByRole("article", { name: "Two answers to one request" });
  await expect(pair).toBeVisible();
  await checkPage(page);
  const done = page.getByText("You have judged every pair");
  for (let pairs = 0; pairs < MOST_PAIRS; pairs += 1) {
    await expect(pair.or(done).first()).toBeVisible();
    if (await done.isVisible()) return;
    const left = (await page.getByText(/to go for you$/).innerText()).trim();
    const isOurs = async (side: string) =>
      (await pair.getByRole("region", { name: `Answer ${side}` }).innerText()).includes(OURS);
    const [a, b] = [await isOurs("A"), await isOurs("B")];
    await page.keyboard.press(a === b ? "n" : a ? "a" : "b");
    await expect(page.getByText(left, { exact: true })).toHaveCount(0);
  }
  throw new Error(`more than ${MOST_PAIRS} pairs`);
}
