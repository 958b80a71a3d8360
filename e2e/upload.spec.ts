import { createHash, randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, type TestInfo, test } from "@playwright/test";
import { createDatanet } from "./fixtures/datanet";
import { checkPage, newPerson, type Person } from "./fixtures/person";

/** A file of about so many megabytes, a row each kilobyte; no two are alike. */
function fileOf(info: TestInfo, name: string, megabytes: number): { path: string; hash: string } {
  const lines = ["text,label"];
  for (let row = 0; row < megabytes * 1_000; row++)
    lines.push(`${row} ${randomBytes(492).toString("hex")},animal`);
  const text = lines.join("\n");
  const path = info.outputPath(name);
  writeFileSync(path, text);
  return { path, hash: createHash("sha256").update(text).digest("hex") };
}

/** The server holds these very bytes. */
const isStored = (hash: string): boolean =>
  existsSync(join(process.env.E2E_DATA_DIR!, "blobs", "sha256", hash.slice(0, 2), hash));

/** A slow line, in bytes a second upwards: long enough to be cut in the middle. Answers what cuts it, and mends it. */
async function slowDown(page: Page, bytesPerSecond: number): Promise<(isCut: boolean) => Promise<void>> {
  // One session for both: of two, the slow line of one would outlast the cut of the other.
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const setCut = (offline: boolean) =>
    session
      .send("Network.emulateNetworkConditions", {
        offline,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: bytesPerSecond,
      })
      .then(() => {});
  await setCut(false);
  return setCut;
}

const line = (page: Page, name: string) =>
  page.getByRole("list", { name: "Files on their way" }).getByRole("listitem").filter({ hasText: name });
const choose = (page: Page, files: string | string[]) =>
  page.getByLabel("File with examples").setInputFiles(files);

test.describe.configure({ mode: "serial" });

let ann: Person;
let datanet: string;

test.beforeAll(async ({ browser }) => {
  ann = await newPerson(browser, "Ann");
  datanet = await createDatanet(ann.page, "Uploads that are cut", ["animal", "plant"]);
});

test("a file of 20 MB goes on by itself when the connection comes back", async ({ browser: _ }, info) => {
  const { page } = ann;
  const { path, hash } = fileOf(info, "cut.csv", 20);
  await page.goto(`${datanet}/contribute`);
  const setCut = await slowDown(page, 2_000_000);
  await choose(page, path);
  await expect(line(page, "cut.csv").getByText(/MB a second, about/)).toBeVisible();
  await setCut(true);
  await expect(line(page, "cut.csv").getByText(/The connection is gone; it goes on by itself/)).toBeVisible();
  await checkPage(page);
  await setCut(false);
  await page.waitForURL(/\/contributions\/[0-9a-f-]{36}/);
  expect(isStored(hash)).toBe(true);
});

test("a reload in the middle offers to go on, with the very same file only", async ({
  browserName: _,
}, info) => {
  const { page } = ann;
  const { path, hash } = fileOf(info, "reloaded.csv", 20);
  await page.goto(`${datanet}/contribute`);
  await slowDown(page, 3_000_000);
  await choose(page, path);
  // The server has the first eight megabytes then.
  await expect(line(page, "reloaded.csv").getByText(/^(9|1\d)(\.\d+)? MB of/)).toBeVisible();
  await page.reload();
  const offer = page.getByText(/^Go on with reloaded\.csv: [1-9]\d % is here$/);
  await expect(offer).toBeVisible();
  await checkPage(page);
  const other = fileOf(info, "other.csv", 1);
  await page.getByLabel("The file reloaded.csv").setInputFiles(other.path);
  await expect(page.getByText(/^other\.csv is another file, or has changed/)).toBeVisible();
  await page.getByLabel("The file reloaded.csv").setInputFiles(path);
  await page.waitForURL(/\/contributions\/[0-9a-f-]{36}/);
  expect(isStored(hash)).toBe(true);
  expect(isStored(other.hash)).toBe(false);
  await page.goto(`${datanet}/contribute`);
  await expect(page.getByRole("table", { name: "Your files in this Datanet" })).toBeVisible();
  await expect(offer).toHaveCount(0);
});

test("files chosen together go one after another, each with its outcome", async ({
  browserName: _,
}, info) => {
  const { page } = ann;
  const [first, second] = [fileOf(info, "first.csv", 1), fileOf(info, "second.csv", 1)];
  await page.goto(`${datanet}/contribute`);
  await choose(page, [first.path, second.path]);
  for (const name of ["first.csv", "second.csv"])
    await expect(line(page, name).getByRole("link", { name: /^Open it/ })).toBeVisible();
  expect([isStored(first.hash), isStored(second.hash)]).toEqual([true, true]);
  await checkPage(page);
  const own = page.getByRole("table", { name: "Your files in this Datanet" });
  await expect(own.getByRole("link", { name: "second.csv" })).toBeVisible();

  await test.step("the same one again names the first", async () => {
    await choose(page, first.path);
    const refusal = page.getByText(/You have already uploaded this file to this Datanet, as "first\.csv"/);
    await expect(refusal).toBeVisible();
    await checkPage(page);
    await page.getByRole("link", { name: "Open that contribution" }).click();
    await page.waitForURL(/\/contributions\/[0-9a-f-]{36}/);
  });

  await test.step("one that is cancelled is not offered again", async () => {
    await page.goto(`${datanet}/contribute`);
    await slowDown(page, 500_000);
    await choose(page, fileOf(info, "unwanted.csv", 3).path);
    await line(page, "unwanted.csv")
      .getByText(/kB of|MB of/)
      .waitFor();
    await page.getByRole("button", { name: "Cancel unwanted.csv" }).click();
    await expect(line(page, "unwanted.csv")).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole("button", { name: "Choose a file" })).toBeVisible();
    await expect(page.getByText(/^Go on with/)).toHaveCount(0);
  });
});

/** Row 25 of the list of bad inputs. */
test("markup in a name, a file's name and a row is shown as text, and breaks no policy", async () => {
  const { page } = ann;
  const markup = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>";
  await page.addInitScript(() => {
    const seen = window as unknown as { violations: string[] };
    seen.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      seen.violations.push(event.violatedDirective),
    );
  });
  const expectText = async () => {
    expect(
      await page.evaluate(() => [Reflect.get(window, "ran"), Reflect.get(window, "violations")]),
    ).toEqual([undefined, []]);
  };
  const path = await createDatanet(page, `Markup ${markup}`, ["animal", "plant"]);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Markup ${markup}`);
  await expectText();
  await page.goto(`${path}/contribute`);
  await page.getByLabel("File with examples").setInputFiles({
    name: "<b>rows<b>.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`text,label\n"${markup} of a cat",animal\na fern,plant\n`),
  });
  await page.waitForURL(/\/contributions\/[0-9a-f-]{36}/);
  await expect(page.getByText(`${markup} of a cat`).first()).toBeVisible();
  await expect(page.getByText("<b>rows<b>.csv").first()).toBeVisible();
  await expectText();
});
