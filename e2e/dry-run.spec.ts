import { expect, type Page, test } from "@playwright/test";
import { frozenVersion } from "./fixtures/frozen";
import { appUrl, checkPage } from "./fixtures/person";

const PATIENCE_MS = 120_000;
const LABELS = ["warm", "cold"];
const KINDS = {
  warm: ["sun", "fire", "soup", "wool", "stove"],
  cold: ["ice", "snow", "frost", "hail", "sleet"],
};
const PLACES = [
  "on a hill",
  "by the sea",
  "in town",
  "near a wood",
  "at home",
  "far away",
  "up north",
  "below",
];

/** Which side of the split a row falls on is nobody's choice: of so many one is trained on, and they are under a fifth. */
const LONG_ROWS = 8;

/** Eighty short rows after some of about 4,000 tokens each. */
function file(): { name: string; content: string } {
  const rows = Object.entries(KINDS).flatMap(([label, words]) =>
    words.flatMap((word, i) => PLACES.map((place, j) => [`the ${word} ${place} ${i * 8 + j}`, label])),
  );
  let seed = 7;
  const letter = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return "qxzjvkwy".charAt(seed % 8);
  };
  const word = () => letter() + letter() + letter() + letter();
  const long = Array.from({ length: LONG_ROWS }, () => [
    Array.from({ length: 1_000 }, word).join(" "),
    "cold",
  ]);
  return { name: "weather.csv", content: ["prompt,answer", ...[...long, ...rows].map(String)].join("\n") };
}

test("a run is tried before it is signed, stands in line, and is cancelled from there", async ({
  browser,
}) => {
  const { owner: ann, datanetId } = await frozenVersion({ owner: "Ann", files: [file()], labels: LABELS });
  const context = await browser.newContext();
  await context.addCookies([...ann.cookies].map(([name, value]) => ({ name, value, url: appUrl() })));
  const page = await context.newPage();

  await page.goto(`${appUrl()}/datanets/${datanetId}/train`);
  await page.getByLabel("Base model").selectOption("tiny");
  await expect(page.getByText(/^Training needs .* that this machine has for it/).first()).toBeVisible();
  await changeSettings(page);
  const first = await check(page);
  const checks = page.getByRole("heading", { name: "Checked before anything long" });
  await expect(checks).toBeVisible({ timeout: PATIENCE_MS });
  await expect(
    page.getByText(/^How long it takes: .* to the verdict, .* with whose data helped/),
  ).toBeVisible();
  await expect(page.getByText(/^Row [1-8] of weather\.csv by Ann/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign and start" })).toBeVisible();
  await checkPage(page);

  await page.goto(`${appUrl()}/datanets/${datanetId}/train`);
  await page.getByLabel("Base model").selectOption("tiny");
  await page.getByRole("radio", { name: /^Thorough/ }).check();
  const second = await check(page);
  await expect(checks).toBeVisible({ timeout: PATIENCE_MS });
  for (const runId of [second, first]) {
    const { call } = await ann.call("trainingRun.prepareCommit", { runId });
    await ann.send(call, "run.commit", runId);
  }
  await page.goto(`${appUrl()}/runs`);
  const line = page.getByRole("table", { name: "Runs under way and waiting" });
  await expect(line.getByRole("row")).toHaveCount(3);
  await checkPage(page);
  for (const left of [2, 1]) {
    await line
      .getByRole("button", { name: /^Cancel/, disabled: false })
      .last()
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the run" }).click();
    if (left > 1) await expect(line.getByRole("row")).toHaveCount(left, { timeout: PATIENCE_MS });
    else await expect(line).toHaveCount(0, { timeout: PATIENCE_MS });
  }
  await context.close();
});

async function changeSettings(page: Page): Promise<void> {
  await page.getByText("For experts").click();
  const rate = page.getByLabel("Learning rate");
  await rate.fill("1");
  await expect(page.getByText("Use at most 0.05")).toBeVisible();
  await expect(page.getByRole("button", { name: "Check the run" })).toBeDisabled();
  await rate.fill("0.004");
  await page.getByLabel("Rank", { exact: true }).selectOption("16");
  await expect(page.getByText("For experts (2 changed)")).toBeVisible();
  await checkPage(page);
}

async function check(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Check the run" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  return new URL(page.url()).pathname.split("/").at(-1)!;
}
