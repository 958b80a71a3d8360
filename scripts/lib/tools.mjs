import { spawnSync } from "node:child_process";

const MINIMUM_NODE = [20, 19];
const MINIMUM_PYTHON = [3, 11]; // numpy, scipy and transformers as pinned need it

const atLeast = ([major, minor], [wantMajor, wantMinor]) =>
  major > wantMajor || (major === wantMajor && minor >= wantMinor);

/** Throws one sentence when this Node is too old. */
export function checkNode(version = process.versions.node) {
  if (atLeast(version.split(".").map(Number), MINIMUM_NODE)) return;
  throw new Error(
    `ModelFactory needs Node ${MINIMUM_NODE.join(".")} or newer, and this is ${version}: install a newer one from nodejs.org.`,
  );
}

const PROBE = `
import json, sys
try:
    import ensurepip, venv
    usable = True
except ImportError:
    usable = False
print(json.dumps({"version": sys.version_info[:3], "usable": usable}))`;

/**
 * The first Python that is new enough and can make virtual environments; PYTHON names another one.
 * @returns {{command: string, version: string}}
 * @throws one sentence that says what is missing
 */
export function findPython(environment = process.env) {
  const names = environment.PYTHON
    ? [environment.PYTHON]
    : ["python3", "python3.13", "python3.12", "python3.11", "python"];
  let tooOld;
  let noVenv;
  for (const command of names) {
    const { status, stdout } = spawnSync(command, ["-c", PROBE], { encoding: "utf8", env: environment });
    if (status !== 0) continue;
    const { version, usable } = JSON.parse(stdout);
    const text = version.join(".");
    if (!atLeast(version, MINIMUM_PYTHON)) tooOld ??= text;
    else if (!usable) noVenv ??= text;
    else return { command, version: text };
  }
  const [major, minor] = MINIMUM_PYTHON;
  if (noVenv)
    throw new Error(
      `Python ${noVenv} is here but cannot make virtual environments: install its venv package (on Debian and Ubuntu: python3-venv).`,
    );
  if (environment.PYTHON && !tooOld)
    throw new Error(`PYTHON is ${environment.PYTHON}, and no Python answers there.`);
  const found = tooOld ? ` (found ${tooOld})` : "";
  throw new Error(
    `ModelFactory needs Python ${major}.${minor} or newer for the training runner${found}: install it, or set PYTHON to its path.`,
  );
}
