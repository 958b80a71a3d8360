import { expect, type Page, test } from "@playwright/test";
import { appUrl, checkPage, newPerson } from "./fixtures/person";

const PASSWORD = "a long enough password";
const LOCAL_KEY = "modelfactory.local-wallet";

test.describe.configure({ mode: "serial" });

test("a key is backed up, opened in another browser, and it is the same account there", async ({
  browser,
}, info) => {
  const ann = await newPerson(browser, "Ann");
  await ann.page.goto("/account");
  await ann.page.getByLabel("Name").fill("Ann");
  await ann.page.getByRole("button", { name: "Save" }).click();
  await expect(ann.page.getByRole("banner").getByRole("button", { name: "Ann" })).toBeVisible();
  const file = info.outputPath("key.json");
  await backUp(ann.page, file);

  const elsewhere = await browser.newContext({ baseURL: appUrl(), userAgent: FIREFOX });
  const page = await elsewhere.newPage();
  await page.goto("/account");
  await expect(page.getByText("There is no key in this browser.")).toBeVisible();
  await importKey(page, file);
  expect(await localKey(page)).toBe(await localKey(ann.page));
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with a local wallet" }).click();
  await expect(page.getByRole("banner").getByRole("button", { name: "Ann" })).toBeVisible();

  await test.step("each browser sees both sessions, and ends the other", async () => {
    await ann.page.reload();
    const sessions = ann.page.getByRole("table", { name: "Sessions" });
    await expect(sessions.getByRole("row")).toHaveCount(3);
    await expect(sessions.getByRole("row", { name: /^Chrome on Linux .* This one$/ })).toHaveCount(1);
    await checkPage(ann.page);
    const other = sessions.getByRole("row", { name: /^Firefox on Windows/ });
    await other.getByRole("button", { name: /^End the session/ }).click();
    await expect(other).toHaveCount(0);
    await expect(ann.page.getByText("The session in Firefox on Windows is ended.")).toBeVisible();

    await page.goto("/account");
    await expect(page.getByText("Sign in to see your account")).toBeVisible();
    expect((await page.request.get("/api/trpc/account.sessions")).status()).toBe(401);
    await expect(ann.page.getByRole("banner").getByRole("button", { name: "Ann" })).toBeVisible();
  });

  await test.step("an ended session comes back only by a new signature", async () => {
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign in with a local wallet" }).click();
    await page.waitForURL(/\/account$/);
    await expect(page.getByRole("table", { name: "Sessions" }).getByRole("row")).toHaveCount(3);
  });
});

test("what is no key, and a key that would replace another, is said before anything is lost", async ({
  browser,
}) => {
  const { page } = await newPerson(browser, "Cleo");
  const before = await localKey(page);
  await page.goto("/account");
  await page.getByRole("button", { name: "Import key" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("The key in this browser is replaced")).toBeVisible();
  await dialog.getByLabel("Key or keystore").fill("0x12");
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(dialog.getByText(/^This is not a key/)).toBeVisible();
  await dialog.getByLabel("Key or keystore").fill('{"version": 3, "crypto": {"kdf": "scrypt"}}');
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(dialog.getByText(/^This keystore is of a kind that is not read here/)).toBeVisible();
  await checkPage(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await localKey(page)).toBe(before);
});

const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

const localKey = (page: Page) => page.evaluate((name) => localStorage.getItem(name), LOCAL_KEY);

async function backUp(page: Page, file: string): Promise<void> {
  await page.getByRole("button", { name: "Back up key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill("short");
  await dialog.getByRole("button", { name: "Download the encrypted file" }).click();
  await expect(dialog.getByText("Use at least 8 characters.")).toBeVisible();
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByLabel("Password again").fill(`${PASSWORD}!`);
  await dialog.getByRole("button", { name: "Download the encrypted file" }).click();
  await expect(dialog.getByText("The two passwords are not the same.")).toBeVisible();
  await dialog.getByLabel("Password again").fill(PASSWORD);
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download the encrypted file" }).click();
  await (await download).saveAs(file);
  await expect(dialog.getByText("Downloaded. Try it once")).toBeVisible();
  await checkPage(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("button", { name: "Back up key" })).toBeFocused();
}

async function importKey(page: Page, file: string): Promise<void> {
  await page.getByRole("button", { name: "Import key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Keystore file").setInputFiles(file);
  await dialog.getByLabel("Password of the file").fill("not the password");
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(dialog.getByText(/^The password does not open this file/)).toBeVisible();
  expect(await localKey(page)).toBeNull();
  await dialog.getByLabel("Password of the file").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}
