import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { createDatanet } from "./fixtures/datanet";
import { checkPage, newPerson } from "./fixtures/person";
import { definitions } from "./fixtures/sample";
import { contribute, freeze, joinAsValidator, review, startRun } from "./fixtures/walk";

const TRAINING_MS = 5 * 60_000;

/** Good rows as JSON objects, then one of each kind of bad row. */
function writeRows(): string {
  const good = definitions(170).map(({ text, label }) => ({
    prompt: text,
    answer: { "first word": text.split(" ")[0], kind: label },
  }));
  const bad = [
    { prompt: "a field too few", answer: { kind: "food" } },
    { prompt: "a field too many", answer: { kind: "food", "first word": "a", colour: "red" } },
    { prompt: "no JSON", answer: '{"kind": "food",' },
  ];
  const file = path.join(mkdtempSync(path.join(tmpdir(), "modelfactory-fields-")), "definitions.jsonl");
  writeFileSync(file, [...good, ...bad].map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

test("two people take texts with fields to a verdict field by field", async ({ browser }) => {
  test.setTimeout(15 * 60_000);
  const ann = await newPerson(browser, "Ann");
  const bob = await newPerson(browser, "Bob");
  const datanet = await createDatanet(
    ann.page,
    "Definitions, taken apart",
    ["kind", "first word"],
    "Extract fields",
  );
  await expect(ann.page.getByRole("heading", { name: "Fields" })).toBeVisible();
  await joinAsValidator(ann, bob, datanet);
  await contribute(ann.page, datanet, writeRows(), seeWhatWasUnderstood);

  await bob.page.goto(`${datanet}/review`);
  const held = bob.page.getByRole("article", { name: /^Row/ });
  await expect(held.getByRole("row", { name: /^kind (food|body)$/ })).toBeVisible();
  await expect(held.getByRole("row", { name: /^first word / })).toBeVisible();
  await review(bob.page, datanet);

  const run = await startRun(ann.page, await freeze(ann, bob, datanet));
  await readResult(ann.page, run);
});

async function seeWhatWasUnderstood(page: Page): Promise<void> {
  await expect(page.getByText('has no field "first word"')).toBeVisible();
  await expect(page.getByText('names the field "colour", which is not one of the fields')).toBeVisible();
  await expect(page.getByText("the line ends too early")).toBeVisible();
  await expect(page.getByTestId("sum-line")).toContainText("170");
  await expect(page.getByRole("table", { name: "Fields" }).first()).toBeVisible();
  await expect(
    page.getByText(/You extract these fields from texts: kind, first word\./).first(),
  ).toBeVisible();
}

async function readResult(page: Page, run: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Did it get better?" })).toBeVisible({
    timeout: TRAINING_MS,
  });
  await page.goto(run);
  await expect(page.getByRole("columnheader", { name: "Not in the form" })).toBeVisible();
  await expect(page.getByText("Always the most frequent value of each field")).toBeVisible();
  const byField = page.getByRole("table", { name: "Before and after by field" });
  await byField.scrollIntoViewIfNeeded();
  await expect(byField.getByRole("row", { name: /^kind \d+ \(\d+ to \d+\)/ })).toBeVisible();
  await expect(byField.getByRole("row", { name: /^first word \d+ \(\d+ to \d+\)/ })).toBeVisible();
  await page.getByRole("button", { name: /^All shown/ }).click();
  await expect(page.getByRole("table", { name: "The fields of this text" }).first()).toBeVisible();
  await checkPage(page);
}
