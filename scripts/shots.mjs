import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chromium } from "playwright-core";
import { freeze } from "./chaos/outage.mjs";
import { findChromium } from "./lib/chromium.mjs";
import { makeWork } from "./lib/face/at-work.mjs";
import { LOOKS, photographAll } from "./lib/face/camera.mjs";
import { makeNewDatanet } from "./lib/face/new-datanet.mjs";
import { publicPages, withApp, withNewApp } from "./lib/face/public-pages.mjs";
import { makeReports } from "./lib/face/report-pages.mjs";
import { makeReview } from "./lib/face/review-pages.mjs";
import { makeThousandOfEach } from "./lib/face/thousand-of-each.mjs";
import { makeThousandRows } from "./lib/face/thousand-rows.mjs";
import { photographWalk } from "./lib/face/walk.mjs";
import { root } from "./lib/paths.mjs";

/**
 * `npm run shots -- --out DIR [--url URL] [--only STATE,…] [--pages NAME,…] [--looks 390-dark,…]`: every page at 1280 and 390 px, light and
 * dark, as it is (typical), files in every state of the health report (report), a Datanet in review (review), with a person's work in it and on the training machine (work), while the server is slow
 * (loading), when it fails (failing), with a thousand of everything (thousand; without --url, with it of rows alone) and, always in an own new app, before anything is
 * there (empty, and new: a Datanet just made) and while the database is away (away), and a contact sheet of each. Every page is checked by axe and for its width; a finding fails the command.
 * `npm run shots -- --readme [--url URL]` takes the README's pictures (docs/).
 */
const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const out = option("--out");
const isReadme = args.includes("--readme");
const only = option("--pages")?.split(",");
const looks = option("--looks")?.split(",") ?? LOOKS;
const STATES = ["report", "review", "typical", "work", "loading", "failing", "thousand", "empty", "away"];
const OF_NEW_APP = ["empty", "away"];
const log = (text) => console.log(text);

if (!out && !isReadme) {
  console.error("Say where the pictures go: npm run shots -- --out DIR");
  process.exit(2);
}
const states = isReadme ? [] : (option("--only")?.split(",") ?? STATES);
const unknown = states.filter((state) => !STATES.includes(state));
if (unknown.length > 0) {
  console.error(`There is no state "${unknown.join(", ")}". There are: ${STATES.join(", ")}.`);
  process.exit(2);
}
const unknownLook = looks.find((look) => !LOOKS.includes(look));
if (unknownLook) {
  console.error(`There is no look "${unknownLook}". There are: ${LOOKS.join(", ")}.`);
  process.exit(2);
}
const executablePath = findChromium();
if (!executablePath) {
  console.error("No Chromium or Chrome was found: install one, or set CHROMIUM_PATH.");
  process.exit(1);
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const wrong = [];
const shoot = async (url, state, albums) =>
  wrong.push(...(await photographAll({ browser, url, out, state, albums, only, looks, log })));
try {
  if (isReadme)
    await withApp(args, (url) => photographWalk({ browser, url, folder: resolve(root, "docs"), log }));
  if (states.some((state) => !OF_NEW_APP.includes(state))) await withApp(args, photographSeeded);
  if (states.some((state) => OF_NEW_APP.includes(state))) await withNewApp(photographNew);
} finally {
  await browser.close();
}
if (wrong.length > 0) {
  console.error(`${wrong.length} findings:\n${wrong.join("\n")}`);
  process.exitCode = 1;
}

async function photographSeeded(url, dataDir) {
  if (states.includes("report")) await shoot(url, "report", await makeReports(url));
  if (states.includes("review")) await shoot(url, "review", await makeReview(url));
  if (states.every((state) => ["report", "review", ...OF_NEW_APP].includes(state))) return;
  const album = await typical(url);
  for (const state of ["typical", "loading", "failing"])
    if (states.includes(state)) await shoot(url, state, [album]);
  if (states.includes("work")) await photographWork(url);
  // Last: what is copied for it would stand in every other picture.
  if (states.includes("thousand")) await photographThousand(url, dataDir);
}

async function photographThousand(url, dataDir) {
  const albums = await makeThousandRows(url);
  if (dataDir) albums.push(await makeThousandOfEach(url, dataDir));
  else
    log(
      "thousand: only its rows, because copies of the rest are made in the database of an own app: leave --url out",
    );
  await shoot(url, "thousand", albums);
}

async function photographNew(url, dataDir) {
  if (states.includes("empty")) await shoot(url, "empty", [await typical(url)]);
  const albums = await makeNewDatanet(url);
  if (states.includes("empty")) await shoot(url, "new", albums);
  if (!states.includes("away")) return;
  const { children } = JSON.parse(readFileSync(resolve(dataDir, "supervisor.json"), "utf8"));
  const thaw = freeze(children.findLast(({ name }) => name === "postgres").pid);
  try {
    await shoot(url, "away", [...albums, { pages: { landing: "/", catalogue: "/datanets", runs: "/runs" } }]);
  } finally {
    thaw();
  }
}

async function photographWork(url) {
  const { album, startLine } = await makeWork(url, log);
  await shoot(url, "work", [album]);
  const line = await startLine();
  try {
    await shoot(url, "line", [line.album]);
  } finally {
    await line.stop();
  }
}

/** Every page as it is for someone who has just signed in. */
async function typical(url) {
  const { ids, ...open } = await publicPages(url);
  return { pages: { ...open, ...signedInPages(ids) }, storageState: await signedIn(url) };
}

/** Pages that need an account; those of a thing that does not exist yet are left out. */
function signedInPages({ datanetId, runId }) {
  const of = (id, path) => (id ? path : null);
  return {
    "sign-in": "/sign-in",
    account: "/account",
    create: "/datanets/new",
    contribute: of(datanetId, `/datanets/${datanetId}/contribute`),
    review: of(datanetId, `/datanets/${datanetId}/review`),
    freeze: of(datanetId, `/datanets/${datanetId}/freeze`),
    train: of(datanetId, `/datanets/${datanetId}/train`),
    publish: of(runId, `/runs/${runId}/publish`),
    "not-found": "/datanets/00000000-0000-4000-8000-000000000000",
  };
}

/** Someone with a local wallet, as a newcomer gets one. */
async function signedIn(url) {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /local wallet/i }).click();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor({ state: "detached" });
  const state = await context.storageState();
  await context.close();
  return state;
}
