import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { ensureChromium } from "../lib/chromium.mjs";
import { seconds } from "../lib/log.mjs";
import { root } from "../lib/paths.mjs";
import { sendSignal } from "../lib/processes.mjs";
import { walkSteps } from "./walk/steps.mjs";

export const summary =
  "a newcomer's walk in a browser, timed step by step, from a fresh clone to a published adapter ([--url URL] [--base ID] [--shots DIR])";

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { url: { type: "string" }, base: { type: "string" }, shots: { type: "string" } },
  });
  const executablePath = await ensureChromium(console.error);
  const began = performance.now();
  const say = (name, note = "") =>
    console.log(`${seconds(performance.now() - began).padStart(7)} s  ${name}${note ? `: ${note}` : ""}`);
  const app = values.url ? { url: values.url, stop: async () => {} } : await startFromClone();
  let browser;
  try {
    say("the page is served", values.url ? "by an app that ran already" : "after git clone and npm start");
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    const page = await (await browser.newContext({ baseURL: app.url })).newPage();
    for (const { name, run: walk } of walkSteps({ page, base: values.base })) {
      const note = await walk();
      say(name, note);
      if (values.shots)
        await page.screenshot({ path: resolve(values.shots, `${name.replaceAll(" ", "-")}.png`) });
    }
  } finally {
    await browser?.close();
    await app.stop();
  }
}

/** The two commands of README, in a folder that nobody has used. */
async function startFromClone() {
  const folder = mkdtempSync(resolve(tmpdir(), "modelfactory-walk-"));
  const clone = resolve(folder, "modelfactory");
  const cloned = spawnSync("git", ["clone", "--quiet", root, clone], { stdio: "inherit" });
  if (cloned.status !== 0) throw new Error("git clone failed.");
  const child = spawn("npm", ["start"], {
    cwd: clone,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    sendSignal(-child.pid, "SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = await new Promise((done, fail) => {
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
      const ready = /Ready: (\S+)/.exec(output)?.[1];
      if (ready) done(ready);
    });
    ended.then((code) => fail(new Error(`npm start ended with ${code}:\n${output.slice(-3000)}`)));
  }).catch(async (error) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  return { url, stop };
}
