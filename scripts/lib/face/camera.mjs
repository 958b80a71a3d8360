import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import AxeBuilder from "@axe-core/playwright";

/** Width and theme, as folders are named. */
export const LOOKS = ["1280-light", "1280-dark", "390-light", "390-dark"];
const SETTLE_MS = 400;
const FAILING_MS = 3_000;
const PATIENCE_MS = 15_000;
const LEAST_PX = 600;
const TALLEST_PX = 6_000;
/** States in which what a page asks for does not come. */
const UNANSWERED = ["loading", "failing", "away"];
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * A page to photograph: its address, and what a person does there first. `album`: such pages by name (null: there is
 * none yet), and the browser's storage of whoever looks at them.
 * @typedef {string | {path: string, act: (page: import("playwright-core").Page) => Promise<void>} | null} Shot
 * @typedef {{pages: Record<string, Shot>, storageState?: object}} Album
 */

/** Photographs everything in the looks asked for below `out/state`, with a contact sheet of each; answers with findings. */
export async function photographAll({ browser, url, out, state, albums, only, looks, log }) {
  const wrong = [];
  for (const name of looks) {
    const [width, theme] = name.split("-");
    const look = { state, width: Number(width), theme };
    const folder = resolve(out, state, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const taken = [];
    for (const { pages, storageState } of albums) {
      const context = await newContext(browser, { url, storageState, look });
      for (const [page, shot] of Object.entries(pages)) {
        if (!shot || (only && !only.includes(page))) continue;
        const file = resolve(folder, `${page}.png`);
        const found = await photograph(context, { shot, file, look });
        for (const each of found) {
          const line = `${state} ${name} ${page}: ${each}`;
          wrong.push(line);
          log(line);
        }
        taken.push({ name: page, file });
      }
      await context.close();
    }
    await contactSheet(browser, resolve(out, `${state}-${name}.png`), taken, look.width);
    log(`${state} ${name}: ${taken.length} pages`);
  }
  return wrong;
}

async function newContext(browser, { url, storageState, look: { state, width, theme } }) {
  const context = await browser.newContext({
    baseURL: url,
    storageState,
    colorScheme: theme,
    reducedMotion: "reduce",
    viewport: { width, height: width === 390 ? 844 : 800 },
  });
  // Content that the server wrote into the page stays; what the browser asks for itself is held or refused.
  if (state === "loading") await context.route("**/api/trpc/**", () => {});
  if (state === "failing") await context.route("**/api/trpc/**", (route) => route.abort());
  return context;
}

/** One picture; answers what is wrong with the page: still loading, too wide, not accessible, failed. */
async function photograph(context, { shot, file, look: { state, width } }) {
  const { path, act } = typeof shot === "string" ? { path: shot } : shot;
  const wrong = [];
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(`script failed: ${error.message.slice(0, 200)}`));
  try {
    await page.goto(path, { waitUntil: "load", timeout: 4 * PATIENCE_MS });
    const isWhole = !UNANSWERED.includes(state);
    // What is made when somebody reads that far must be there too.
    if (isWhole) await growTo(page, width);
    if (isWhole && !(await isLoaded(page))) wrong.push(`still loading after ${PATIENCE_MS / 1000} s`);
    if (isWhole && act) await act(page).catch((error) => wrong.push(error.message.split("\n")[0]));
    await page.waitForTimeout(isWhole ? SETTLE_MS : FAILING_MS);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) wrong.push(`${wide} px wide`);
    wrong.push(...(await violations(page)));
    await growTo(page, width);
    await page.screenshot({ path: file });
  } finally {
    await page.close();
  }
  return wrong;
}

/** A window as tall as the page, within reason. */
async function growTo(page, width) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(Math.max(height, LEAST_PX), TALLEST_PX) });
}

/** Placeholders stand until what they stand for is there; those outside of the window may wait for somebody to come. */
export async function isLoaded(page) {
  await page.evaluate(() => document.fonts.ready);
  // A list that is asked for by what was rendered first begins a moment later.
  await page.waitForTimeout(SETTLE_MS);
  return page.waitForFunction(isDrawn, null, { timeout: PATIENCE_MS }).then(
    () => true,
    () => false,
  );
}

/** Runs in the page. */
function isDrawn() {
  return [...document.querySelectorAll("[data-placeholder]")].every((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom < 0 || top > innerHeight;
  });
}

async function violations(page) {
  const { violations: found } = await new AxeBuilder({ page }).withTags(AXE_TAGS).analyze();
  return found.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(" ")).join("; ")})`,
  );
}

/** One picture of all, each cut at the same height: what a person sees first. */
async function contactSheet(browser, file, taken, width) {
  const tile = width === 390 ? { width: 260, height: 560 } : { width: 480, height: 600 };
  const figures = taken.map(({ name, file: picture }) => {
    const data = readFileSync(picture).toString("base64");
    return `<figure><figcaption>${name}</figcaption><div><img src="data:image/png;base64,${data}"></div></figure>`;
  });
  const html = `<style>body{margin:12px;display:flex;flex-wrap:wrap;gap:12px;font:13px sans-serif;background:#999}
    figure{margin:0;width:${tile.width}px}div{height:${tile.height}px;overflow:hidden}img{width:100%}</style>${figures.join("")}`;
  const page = await browser.newPage({ viewport: { width: 1_500, height: 800 } });
  await page.setContent(html, { waitUntil: "load" });
  writeFileSync(file, await page.screenshot({ fullPage: true }));
  await page.close();
}
