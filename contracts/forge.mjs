import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Runs the npm forge from the repository root with our foundry.toml and collects its output.
 * @param {string[]} args
 * @param {{extraEnv?: Record<string, string>}} [options]
 */
export function forge(args, { extraEnv } = {}) {
  return spawnSync(forgeBinary(), args, {
    cwd: repositoryRoot,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, FOUNDRY_CONFIG: "contracts/foundry.toml", ...extraEnv },
  });
}

// The package's own wrapper chooses its tool by npm's variables, which under `npm test` are ours.
function forgeBinary() {
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch];
  const name = `@foundry-rs/forge-${process.platform}-${arch}`;
  const file = process.platform === "win32" ? "forge.exe" : "forge";
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/${file}`);
  } catch {
    throw new Error(`${name} is not installed. Run "npm ci" on a platform that Foundry supports.`);
  }
}
