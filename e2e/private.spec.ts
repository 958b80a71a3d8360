import { expect, type Page, test } from "@playwright/test";
import { createDatanet } from "./fixtures/datanet";
import { appUrl, checkPage, newPerson, type Person } from "./fixtures/person";

const NAME = "Herbarium of Quillfeather";
const PURPOSE = "Name the kind of thing that a short dictionary definition describes.";
const WORD = "quillfeather";
const ROWS = ["a quillfeather that eats seeds,animal", "a quillfeather with green leaves,plant"];
const FILE = {
  name: `${WORD}.csv`,
  mimeType: "text/csv",
  buffer: Buffer.from(`text,label\n${ROWS.join("\n")}\n`),
};

/** How a visitor without a cookie may ask for one address. */
const WAYS: Record<string, (path: string) => [address: string, headers: Record<string, string>]> = {
  "the page": (path) => [path, {}],
  "its .rsc": (path) => [`${path}.rsc`, {}],
  "the router's part of it": (path) => [`${path}?_rsc=1`, { rsc: "1" }],
  "a prefetch": (path) => [`${path}?_rsc=2`, { rsc: "1", "next-router-prefetch": "1" }],
  "a segment": (path) => [
    `${path}.segments/_tree.segment.rsc`,
    { rsc: "1", "next-router-segment-prefetch": "/_tree" },
  ],
  "the header of CVE-2025-29927": (path) => [
    path,
    { "x-middleware-subrequest": "middleware:middleware:middleware" },
  ],
};

/** No way to an address tells a visitor a word of it; the page itself does not exist where it has content of its own. */
async function expectHidden(paths: { path: string; is404: boolean }[]): Promise<void> {
  for (const { path, is404 } of paths)
    for (const [way, of] of Object.entries(WAYS)) {
      const [address, headers] = of(path);
      const response = await fetch(appUrl() + address, { headers });
      const text = await response.text();
      expect(text.toLowerCase(), `${way}: ${path}`).not.toContain(WORD);
      if (is404 && way === "the page") expect(response.status, path).toBe(404);
    }
}

async function makeLink(ann: Person, datanet: string): Promise<string> {
  await ann.page.goto(`${datanet}#access`);
  await ann.page.reload();
  await expect(ann.page.getByRole("button", { name: "Make a link" })).toBeVisible();
  // An earlier one is not shown again.
  await expect(ann.page.getByText(/\/invitations\//)).toHaveCount(0);
  await ann.page.getByRole("button", { name: "Make a link" }).click();
  const shown = ann.page.getByText(/\/invitations\/[A-Za-z0-9_-]{43}$/);
  await expect(shown).toBeVisible();
  await checkPage(ann.page);
  return new URL(await shown.innerText()).pathname;
}

async function submitRows(page: Page, datanet: string): Promise<string> {
  await page.goto(`${datanet}/contribute`);
  await page.getByLabel("File with examples").setInputFiles(FILE);
  await page.waitForURL(/\/contributions\//);
  await page.getByRole("button", { name: /^Submit 2 rows$/ }).click();
  await page.getByRole("checkbox", { name: /I may give these rows/ }).check();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Submit/ })
    .click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  return new URL(page.url()).pathname;
}

test("a private Datanet: nothing for visitors, in by a link, out again, and public and back without a trace", async ({
  browser,
}) => {
  const ann = await newPerson(browser, "Ann");
  const datanet = await createDatanet(
    ann.page,
    NAME,
    ["animal", "plant"],
    "Sort into labels",
    "Only who is invited",
  );
  await expect(ann.page.getByText("only who is invited may read it")).toBeVisible();
  const own = ["contribute", "review", "freeze", "train"].map((part) => ({
    path: `${datanet}/${part}`,
    is404: false,
  }));
  const pages = [{ path: datanet, is404: true }, ...own, { path: "/datanets", is404: false }];
  await expectHidden(pages);

  // In by a link, which works once.
  const link = await makeLink(ann, datanet);
  const bob = await newPerson(browser, "Bob");
  await bob.page.goto(datanet);
  await expect(bob.page.getByText(NAME)).toHaveCount(0);
  await bob.page.goto(link);
  await expect(bob.page.getByRole("heading", { level: 1, name: NAME })).toBeVisible();
  await expect(bob.page.getByText(PURPOSE)).toBeVisible();
  await checkPage(bob.page);
  await bob.page.getByRole("button", { name: "Join" }).click();
  await bob.page.waitForURL(`**${datanet}`);
  const contribution = await submitRows(bob.page, datanet);
  await expectHidden([...pages, { path: contribution, is404: false }]);

  const carl = await newPerson(browser, "Carl");
  await carl.page.goto(link);
  await expect(carl.page.getByRole("heading", { level: 1 })).toHaveText(
    "As many people as this invitation was made for have joined with it.",
  );
  await expect(carl.page.getByText(NAME)).toHaveCount(0);

  // A visitor signs in on the way; a link that was taken back lets nobody in.
  const second = await makeLink(ann, datanet);
  const visitor = await (await browser.newContext({ baseURL: appUrl() })).newPage();
  await visitor.goto(second);
  await expect(visitor.getByRole("link", { name: "Sign in to join" })).toHaveAttribute(
    "href",
    `/sign-in?next=${encodeURIComponent(second)}`,
  );
  await ann.page.getByRole("button", { name: "Take back the invitation for a member" }).click();
  await expect(ann.page.getByText("The owner took this invitation back.")).toBeVisible();
  await visitor.reload();
  await expect(visitor.getByRole("heading", { level: 1 })).toHaveText("The owner took this invitation back.");

  // On a phone, in the dark.
  await ann.page.setViewportSize({ width: 390, height: 844 });
  await ann.page.emulateMedia({ colorScheme: "dark" });
  await ann.page.goto(`${datanet}#access`);
  await expect(ann.page.getByRole("button", { name: "Make a link" })).toBeVisible();
  expect(await ann.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await checkPage(ann.page);
  await ann.page.setViewportSize({ width: 1280, height: 800 });
  await ann.page.emulateMedia({ colorScheme: "light" });

  // Out again, at once; what he gave stays.
  await ann.page.goto(`${datanet}#members`);
  await ann.page.getByRole("button", { name: /^Remove: / }).click();
  await checkPage(ann.page);
  await ann.page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  // Behind an open dialog no button counts as there.
  await expect(ann.page.getByRole("dialog")).toHaveCount(0);
  await expect(ann.page.getByRole("button", { name: /^Remove: / })).toHaveCount(0);
  for (const path of [datanet, contribution]) {
    await bob.page.goto(path);
    await expect(bob.page.getByText(WORD, { exact: false })).toHaveCount(0);
  }
  await ann.page.goto(contribution);
  await expect(ann.page.getByText(FILE.name).first()).toBeVisible();

  // Public, and private again: the page that visitors were just sent comes to nobody any more.
  await setReaders(ann.page, datanet, "Everyone may read");
  const open = await fetch(appUrl() + datanet);
  expect([open.status, (await open.text()).includes(NAME)]).toEqual([200, true]);
  const [address, headers] = WAYS["the router's part of it"]!(datanet);
  expect(await (await fetch(appUrl() + address, { headers })).text()).toContain(NAME);
  await setReaders(ann.page, datanet, "Only who is invited", async () => {
    expect((await fetch(appUrl() + datanet)).status).toBe(200);
  });
  await expectHidden([...pages, { path: contribution, is404: false }]);
  for (const { context } of [ann, bob, carl]) await context.close();
  await visitor.context().close();
});

async function setReaders(
  page: Page,
  datanet: string,
  readers: "Everyone may read" | "Only who is invited",
  before: () => Promise<void> = async () => {},
): Promise<void> {
  await page.goto(`${datanet}#access`);
  await page.getByRole("group", { name: "Who may read it" }).getByRole("radio", { name: readers }).check();
  if (readers === "Only who is invited")
    await expect(page.getByText("What this does not take back")).toBeVisible();
  await checkPage(page);
  await before();
  await page.getByRole("button", { name: "Save who may read and contribute" }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
}
