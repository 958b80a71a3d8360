import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { countJunit, countPlaywright, countTap, countText, countVitest } from "./counts.mjs";
import { readJson } from "./lock.mjs";
import { bin, buildDir, root, venvPython } from "./paths.mjs";

const results = resolve(buildDir, "test");

/**
 * Each suite's `run` answers {passed, failed, skipped}, or {reason} when it cannot run here.
 * In the order of the cheapest news first.
 */
export const suites = [
  {
    name: "check",
    run: async () => {
      const { code, output } = await stream(process.execPath, ["scripts/check.mjs"]);
      return countText(output, code);
    },
  },
  {
    name: "vitest",
    run: async () => {
      const report = fresh("vitest.json");
      const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      const { code } = await stream(bin("vitest"), args);
      return countVitest(readJson(report), code);
    },
  },
  {
    name: "pytest",
    run: async () => {
      const report = fresh("pytest.xml");
      const { code } = await stream(venvPython, ["-m", "pytest", "-q", `--junitxml=${report}`], {
        cwd: resolve(root, "training-runner"),
        // One thread each: two training processes on two busy cores would wait for each other at every step.
        env: { ...process.env, OMP_NUM_THREADS: "1" },
      });
      return countJunit(existsSync(report) ? readFileSync(report, "utf8") : "", code);
    },
  },
  {
    name: "solidity",
    run: async () => {
      const script = resolve(root, "contracts", "test.mjs");
      if (!existsSync(script)) return { reason: "contracts/test.mjs is missing" };
      const { code, output } = await stream(process.execPath, [script]);
      return countText(output, code);
    },
  },
  {
    name: "start",
    run: async () => {
      const { code, output } = await stream(process.execPath, [
        "--test",
        "--test-reporter=tap",
        "scripts/start.suite.mjs",
      ]);
      return countTap(output, code);
    },
  },
  {
    name: "chaos",
    run: async () => {
      const args = ["--test", "--test-reporter=tap", "scripts/chaos.suite.mjs"];
      const { code, output } = await stream(process.execPath, args);
      return countTap(output, code);
    },
  },
  {
    name: "browser",
    run: async (log) => {
      if (!existsSync(resolve(root, "playwright.config.ts")))
        return { reason: "playwright.config.ts is missing" };
      let chromium;
      try {
        chromium = await ensureChromium(log);
      } catch (error) {
        return { reason: error.message };
      }
      const report = fresh("playwright.json");
      const { code } = await stream(bin("playwright"), ["test", "--reporter=list,json", "--retries=0"], {
        env: { ...process.env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
      });
      return countPlaywright(readJson(report), code);
    },
  },
];

/** Runs a program with its output shown as it comes, and answers with its exit code and that output. */
function stream(command, args, { cwd = root, env = process.env } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on("data", (data) => {
        output = (output + data).slice(-200_000);
        to.write(data);
      });
    }
    child.once("error", fail);
    child.once("close", (code) => done({ code: code ?? 1, output }));
  });
}

function fresh(name) {
  mkdirSync(results, { recursive: true });
  const file = resolve(results, name);
  rmSync(file, { force: true });
  return file;
}
