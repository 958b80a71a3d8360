import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Runs the npm forge from the repository root with our foundry.toml.
 * @param {string[]} args
 * @param {import("node:child_process").SpawnSyncOptions} [options]
 */
export function forge(args, options = {}) {
  const bin = join(
    repositoryRoot,
    "node_modules",
    ".bin",
    process.platform === "win32" ? "forge.cmd" : "forge",
  );
  return spawnSync(bin, args, {
    cwd: repositoryRoot,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    ...options,
    env: { ...process.env, FOUNDRY_CONFIG: "contracts/foundry.toml", FOUNDRY_DISABLE_NIGHTLY_WARNING: "1" },
  });
}
