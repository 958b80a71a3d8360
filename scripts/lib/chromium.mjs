import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { runStep } from "./run-step.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_APPS = ["Google Chrome", "Chromium"].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** The path of a Chromium or Chrome: CHROMIUM_PATH, then what is installed; null when there is none. */
export function findChromium(environment = process.env) {
  if (environment.CHROMIUM_PATH) {
    if (isProgram(environment.CHROMIUM_PATH)) return environment.CHROMIUM_PATH;
    throw new Error(`CHROMIUM_PATH is ${environment.CHROMIUM_PATH}, and no program is there.`);
  }
  const folders = (environment.PATH ?? "").split(delimiter).filter(Boolean);
  return (
    [...NAMES.flatMap((name) => folders.map((folder) => resolve(folder, name))), ...MAC_APPS].find(
      isProgram,
    ) ?? null
  );
}

/** Like findChromium, and on Debian as root installs the package when there is none. Throws a sentence when it cannot. */
export async function ensureChromium(log) {
  const found = findChromium();
  if (found) return found;
  if (
    process.getuid?.() !== 0 ||
    !existsSync("/etc/debian_version") ||
    spawnSync("apt-get", ["--version"]).status !== 0
  ) {
    throw new Error("no Chromium or Chrome was found: install one, or set CHROMIUM_PATH");
  }
  log("Installing Chromium");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await runStep("apt-get update", { command: "apt-get", args: ["update", "-q"], env });
  const packages = ["chromium", "fonts-liberation"];
  await runStep("apt-get install", {
    command: "apt-get",
    args: ["install", "-y", "-q", "--no-install-recommends", ...packages],
    env,
  });
  const installed = findChromium();
  if (!installed)
    throw new Error("the chromium package was installed but its program was not found: set CHROMIUM_PATH");
  return installed;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
