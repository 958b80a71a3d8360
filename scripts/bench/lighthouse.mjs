import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { ensureChromium } from "../lib/chromium.mjs";
import { publicPages, withApp } from "../lib/face/public-pages.mjs";
import { readJson } from "../lib/lock.mjs";
import { buildDir } from "../lib/paths.mjs";
import { runStep } from "../lib/run-step.mjs";

export const summary =
  "Lighthouse of catalogue, Datanet, run and adapter, mobile and desktop; fails below 95 performance or 100 accessibility ([--url URL] [--runs 3])";

/** The last major version that runs on Node 20. Installed into .build when first asked for: it is no part of the app. */
const VERSION = "12.8.2";
const PAGES = ["catalogue", "Datanet", "run", "adapter"];
const FORMS = { mobile: [], desktop: ["--preset=desktop"] };
const LEAST = { performance: 95, accessibility: 100 };
const log = (text) => console.error(text);

export async function run(args) {
  const at = args.indexOf("--runs");
  const runs = at >= 0 ? Number(args[at + 1]) : 3;
  if (!Number.isInteger(runs) || runs < 1 || runs > 9)
    throw new Error("--runs is a whole number from 1 to 9.");
  const program = await ensureLighthouse();
  const chromium = await ensureChromium(log);
  await withApp(args, async (url) => {
    const pages = await publicPages(url);
    const missing = PAGES.filter((name) => !pages[name]);
    if (missing.length > 0) throw new Error(`There is no ${missing.join(", no ")} to measure yet.`);
    console.log(`Lighthouse ${VERSION}, ${runs} runs each, the run with the median performance`);
    console.log(
      "page       form      performance  accessibility  first paint  largest paint  blocked  shift",
    );
    let failed = 0;
    for (const name of PAGES) {
      for (const [form, options] of Object.entries(FORMS)) {
        const reports = [];
        for (let i = 0; i < runs; i += 1)
          reports.push(await audit({ program, chromium, options, address: url + pages[name] }));
        const report = reports.sort((a, b) => scoreOf(a, "performance") - scoreOf(b, "performance"))[
          runs >> 1
        ];
        const scores = Object.keys(LEAST).map((category) => scoreOf(report, category));
        const bad = Object.values(LEAST).some((least, i) => scores[i] < least);
        if (bad) failed += 1;
        const shown = (id) => report.audits[id].displayValue.replaceAll(" ", " ");
        console.log(
          `${name.padEnd(11)}${form.padEnd(10)}${String(scores[0]).padStart(11)}${String(scores[1]).padStart(15)}${shown("first-contentful-paint").padStart(13)}${shown("largest-contentful-paint").padStart(15)}${shown("total-blocking-time").padStart(9)}${shown("cumulative-layout-shift").padStart(7)}${bad ? "  too low" : ""}`,
        );
        for (const problem of problemsOf(report)) console.log(`             ${problem}`);
      }
    }
    if (failed > 0) throw new Error(`${failed} of ${PAGES.length * 2} are below the limits.`);
  });
}

const scoreOf = (report, category) => Math.round(100 * report.categories[category].score);

/** What keeps accessibility from 100, by its title. */
const problemsOf = (report) =>
  report.categories.accessibility.auditRefs
    .map(({ id }) => report.audits[id])
    .filter(({ score }) => score !== null && score < 1)
    .map(({ title, details }) => `${title}: ${details?.items?.[0]?.node?.snippet ?? ""}`);

async function audit({ program, chromium, options, address }) {
  const file = resolve(buildDir, "lighthouse", "report.json");
  await runStep("Lighthouse", {
    command: process.execPath,
    args: [
      program,
      address,
      ...options,
      "--quiet",
      "--output=json",
      `--output-path=${file}`,
      "--only-categories=performance,accessibility",
      "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic",
    ],
    env: { ...process.env, CHROME_PATH: chromium },
  });
  const report = JSON.parse(readFileSync(file, "utf8"));
  if (report.runtimeError) throw new Error(`${address}: ${report.runtimeError.message}`);
  return report;
}

async function ensureLighthouse() {
  const folder = resolve(buildDir, "lighthouse");
  const installed = resolve(folder, "node_modules", "lighthouse");
  if (readJson(resolve(installed, "package.json"))?.version !== VERSION) {
    log(`Installing lighthouse ${VERSION} into .build/lighthouse`);
    mkdirSync(folder, { recursive: true });
    if (!existsSync(resolve(folder, "package.json")))
      writeFileSync(resolve(folder, "package.json"), '{ "private": true }\n');
    await runStep("npm install lighthouse", {
      command: "npm",
      args: ["install", "--no-audit", "--no-fund", "--ignore-scripts", `lighthouse@${VERSION}`],
      cwd: folder,
    });
  }
  return resolve(installed, "cli", "index.js");
}
