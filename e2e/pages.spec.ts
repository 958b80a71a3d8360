import { expect, test } from "@playwright/test";
import { LIMIT_BYTES, weigh } from "../scripts/lib/face/page-weight.mjs";
import { publicPages } from "../scripts/lib/face/public-pages.mjs";
import { appUrl } from "./fixtures/person";

const SEEDED_MS = 180_000;

/** What a reader without a wallet loads; the samples give each kind of page something to show. */
test("no public page loads wallet code, or more than 200 kB of JavaScript", async () => {
  test.setTimeout(SEEDED_MS + 60_000);
  let pages: Record<string, string | null> = {};
  await expect(async () => {
    const { ids: _, ...found } = await publicPages(appUrl());
    expect(Object.entries(found).filter(([, path]) => path === null)).toEqual([]);
    pages = found;
  }).toPass({ timeout: SEEDED_MS });
  const cache = new Map();
  for (const [name, path] of Object.entries(pages)) {
    const { bytes, files, wallet } = await weigh(appUrl(), path!, cache);
    expect(files, name).toBeGreaterThan(0);
    expect(wallet, `wallet code of ${name}`).toBe(false);
    expect(bytes, `JavaScript of ${name}`).toBeLessThanOrEqual(LIMIT_BYTES);
  }
});

test("a public page of something that does not exist answers 404, one that does has its content in the HTML", async ({
  request,
}) => {
  const { version, run } = await publicPages(appUrl());
  for (const path of [version!, run!]) {
    expect((await request.get(appUrl() + path)).status()).toBe(200);
    const nobodys = path.replace(/[^/]+$/, "00000000-0000-4000-8000-000000000000");
    expect((await request.get(appUrl() + nobodys)).status(), nobodys).toBe(404);
  }
  expect(await (await request.get(appUrl() + version!)).text()).toMatch(/<h1[^>]*>Version 1<\/h1>/);
});

test("what is typed, chosen and pressed before the page's scripts are at work counts once they are", async ({
  page,
}) => {
  let letGo = () => {};
  const wanted = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route("**/_next/static/chunks/*.js", async (route) => {
    await wanted;
    await route.continue();
  });
  await page.goto(`${appUrl()}/datanets`, { waitUntil: "commit" });
  const guide = page.getByRole("button", { name: "Guide", exact: true });
  await guide.dblclick();
  await expect(guide).toHaveAttribute("aria-expanded", "false");
  const search = page.getByRole("searchbox");
  await search.fill("zzzz");
  letGo();
  await expect(guide).toHaveAttribute("aria-expanded", "true");
  await expect(search).toHaveValue("zzzz");
  await expect(page.getByRole("link", { name: "What is described?" })).toHaveCount(0);
});

test("a page whose scripts do not arrive says so", async ({ page }) => {
  await page.route("**/_next/static/chunks/*.js", (route) => route.abort());
  await page.goto(`${appUrl()}/datanets`);
  await expect(page.getByRole("alert")).toHaveText(/A part of this page did not arrive.* Reload the page\./);
});
