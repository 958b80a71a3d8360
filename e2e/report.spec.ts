import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { PLANTED_LABELS, plantedFile } from "../scripts/lib/face/planted-rows.mjs";
import { createDatanet } from "./fixtures/datanet";
import { checkPage, newPerson } from "./fixtures/person";

type Sum = { kept: number; repaired: number; setAside: number; uploaded: number };

const folder = () => mkdtempSync(path.join(tmpdir(), "modelfactory-report-"));

test("a file full of mistakes is understood, mended and submitted", async ({ browser }) => {
  const { page, datanet } = await contributor(browser);
  const { content, planted, rows, key } = plantedFile();
  const file = path.join(folder(), "definitions.csv");
  writeFileSync(file, content);
  await page.goto(`${datanet}/contribute`);
  await page.getByLabel("File with examples").setInputFiles(file);
  await page.waitForURL(/\/contributions\//);

  const n = (code: string) => planted[code]!;
  const setAside =
    n("LABEL_UNKNOWN") +
    n("ROW_EMPTY") +
    n("CSV_FIELDS") +
    n("ROW_DUPLICATE") +
    n("SECRET_FOUND") +
    n("TEXT_CONTROL");
  await expectSum(page, { kept: rows - setAside, repaired: 0, setAside, uploaded: rows });
  await everyKindIsNamed(page);
  await expect(page.getByText(key.slice(2, 20))).toHaveCount(0);
  await checkPage(page);

  await openRows(page);
  await repairWithUndo(page, { kept: rows - setAside, setAside, rows });
  const sum = {
    kept: rows - setAside - n("PERSONAL_DATA"),
    repaired: n("PERSONAL_DATA") + n("LABEL_UNKNOWN"),
    setAside: setAside - n("LABEL_UNKNOWN"),
    uploaded: rows,
  };
  await expectSum(page, sum);
  // What was pressed is there after a reload as well.
  await page.reload();
  await expect(page.getByText("Repaired 3 rows: personal data replaced by placeholders.")).toBeVisible();
  await drawsWhatIsInTheFile(page);
  await mendTheRest(page, sum);
  await submit(page);
});

test("a file without mistakes says so", async ({ browser }) => {
  const { page, datanet } = await contributor(browser);
  const good = readFileSync("samples/labels/data/ben.csv", "utf8").split("\n").slice(0, 41).join("\n");
  const file = path.join(folder(), "clean.csv");
  writeFileSync(file, good);
  await page.goto(`${datanet}/contribute`);
  await page.getByLabel("File with examples").setInputFiles(file);
  await page.waitForURL(/\/contributions\//);
  await expect(page.getByText("Nothing to mend: all 40 rows can be used.")).toBeVisible();
  await expectSum(page, { kept: 40, repaired: 0, setAside: 0, uploaded: 40 });
  await checkPage(page);
});

async function contributor(browser: Browser): Promise<{ page: Page; datanet: string }> {
  const { page } = await newPerson(browser, "Ann");
  return { page, datanet: await createDatanet(page, "Definitions to mend", PLANTED_LABELS) };
}

const sumText = ({ kept, repaired, setAside, uploaded }: Sum) =>
  `${kept} kept + ${repaired} repaired + ${setAside} set aside = ${uploaded} uploaded`;

/** The sum as it is read aloud, once the file is read. */
async function expectSum(page: Page, sum: Sum): Promise<void> {
  expect(sum.kept + sum.repaired + sum.setAside).toBe(sum.uploaded);
  const line = page.getByTestId("sum-line");
  await expect(line).toBeVisible();
  await expect(async () => {
    const text = (await line.innerText()).replace(/\s+/g, " ").trim();
    expect(text).toBe(sumText(sum));
    await expect(page.getByRole("progressbar")).toHaveCount(0);
  }).toPass({ timeout: 30_000 });
}

const TITLES = [
  "1 row holds a key, a password or a wallet's words",
  "1 row holds a character that cannot be stored",
  "2 rows have a label that is not one of the Datanet's",
  "2 rows lack the question or the answer",
  "1 row is there already",
  "1 row has too many or too few columns",
  "3 rows hold personal data",
  "2 rows hold characters that nobody sees",
  "1 row asks what another row asks, with a different answer",
  "1 row is longer than the model reads",
  "1 row holds a sentence that gives a model orders",
  "1 row has stray space around the text",
];

async function everyKindIsNamed(page: Page): Promise<void> {
  const report = page.getByRole("region", { name: "Health report" });
  await expect(report.getByText(/^8 rows cannot be used as they stand\./)).toBeVisible();
  for (const name of TITLES) await expect(report.getByRole("button", { name, exact: true })).toBeVisible();
  const shown = await report
    .getByRole("list", { name: "What was found" })
    .getByRole("heading")
    .allInnerTexts();
  expect(shown.filter((title) => TITLES.includes(title))).toEqual(TITLES);
}

async function openRows(page: Page): Promise<void> {
  await page.getByRole("button", { name: "2 rows hold characters that nobody sees" }).click();
  const rows = page.getByRole("table", { name: "2 rows hold characters that nobody sees" });
  await expect(rows.getByRole("row", { name: /holds text that nobody sees/ })).toHaveCount(2);
  await checkPage(page);
}

/** Redacts, takes it back, redacts again, and takes the nearest label for those that are none. */
async function repairWithUndo(
  page: Page,
  { kept, setAside, rows }: { kept: number; setAside: number; rows: number },
): Promise<void> {
  const redact = page.getByRole("button", { name: "Redact all 3" });
  await redact.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("deletion").filter({ hasText: "jane.miller@mailbox.org" })).toBeVisible();
  await expect(dialog.getByRole("insertion").first()).toBeVisible();
  await checkPage(page);
  await dialog.getByRole("button", { name: "Redact all 3" }).click();
  await expect(dialog).toHaveCount(0);
  await expectSum(page, { kept: kept - 3, repaired: 3, setAside, uploaded: rows });
  const done = page.getByRole("list", { name: "What you changed" });
  await expect(done).toContainText("Repaired 3 rows: personal data replaced by placeholders.");
  await checkPage(page);

  await done.getByRole("button", { name: /^Undo/ }).click();
  await expectSum(page, { kept, repaired: 0, setAside, uploaded: rows });
  await expect(done).toHaveCount(0);

  await redact.click();
  await dialog.getByRole("button", { name: "Redact all 3" }).click();
  await expectSum(page, { kept: kept - 3, repaired: 3, setAside, uploaded: rows });
  await page.getByRole("button", { name: "Use the nearest label (2 rows)" }).click();
  await expect(dialog.getByRole("insertion").filter({ hasText: "animal" })).toBeVisible();
  await dialog.getByRole("button", { name: "Use the nearest label (2 rows)" }).click();
  await expect(dialog).toHaveCount(0);
}

async function drawsWhatIsInTheFile(page: Page): Promise<void> {
  const pictures = page.getByRole("region", { name: "What is in the file" });
  await pictures.scrollIntoViewIfNeeded();
  await expect(pictures.getByRole("img", { name: /^Rows by length\. 1 row is cut/ })).toBeVisible();
  await pictures.getByRole("button", { name: "Table" }).first().click();
  await expect(pictures.getByRole("table", { name: "How long the rows are" })).toBeVisible();
  await expect(pictures.getByText(/3 of the Datanet's 8 labels are not in this file/)).toBeVisible();
  await checkPage(page);
}

/** Takes the bad rows, gives the two empty ones their answer, and brings them back. */
async function mendTheRest(page: Page, { kept, repaired, setAside, uploaded }: Sum): Promise<void> {
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download only the bad rows" }).click();
  const bad = readFileSync(await (await download).path(), "utf8");
  expect(bad).toContain("the hard part of a nut,,");
  const mended = path.join(folder(), "mended.csv");
  const good = bad
    .replace("the hard part of a nut,,", "the hard part of a nut,plant,")
    .replace("a bench in a park,,", "a bench in a park,object,");
  writeFileSync(mended, good);
  await expect(page.getByRole("button", { name: "Upload the mended file" })).toBeEnabled();
  await page.getByLabel("File with the mended rows").setInputFiles(mended);
  await expectSum(page, { kept, repaired: repaired + 2, setAside: setAside - 2, uploaded });
}

async function submit(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Submit \d+ rows$/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("2 rows hold characters that nobody sees")).toBeVisible();
  await dialog.getByRole("checkbox", { name: /I may give these rows/ }).check();
  await checkPage(page);
  await dialog.getByRole("button", { name: "Submit", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText(/waiting for review/)).toBeVisible();
}
