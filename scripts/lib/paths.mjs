import { chmodSync, chownSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's root folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** A program that npm installed, for example `bin('next')`. */
export const bin = (name) => resolve(root, "node_modules", ".bin", name);

export const venv = resolve(root, "training-runner", ".venv");
export const venvPython = resolve(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
export const buildDir = resolve(root, ".build");

/**
 * The data folder: `--data DIR`, then DATA_DIR, then `.data` in the checkout. Always absolute.
 */
export function dataDirFrom(argv, environment = process.env) {
  const at = argv.indexOf("--data");
  if (at >= 0 && !argv[at + 1])
    throw new Error("--data needs a folder, for example: npm start -- --data ./my-data");
  const given = at >= 0 ? argv[at + 1] : environment.DATA_DIR;
  return resolve(root, given || ".data");
}

/**
 * Creates the data folder so that only its owner can list it. When `identity` is another user
 * (the database's, when started as root) that user's group may pass through, and no one else.
 */
export function prepareDataDir(dir, identity) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { mode } = statSync(dir);
  if (identity?.uid !== undefined && (mode & 0o001) === 0) {
    chownSync(dir, statSync(dir).uid, identity.gid);
    chmodSync(dir, (mode & 0o777) | 0o010);
  }
  mkdirSync(resolve(dir, "logs"), { recursive: true, mode: 0o700 });
}
