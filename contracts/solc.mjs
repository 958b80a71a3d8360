#!/usr/bin/env node
// Forge wants a native solc; this answers its two calls (--version and --standard-json) with the npm build,
// so that no compiler is ever downloaded and the version is the one in package-lock.json.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const solc = createRequire(import.meta.url)("solc");
const args = process.argv.slice(2);

if (args.includes("--version")) {
  const version = solc.version().replace(".Emscripten.clang", ".Linux.g++");
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (args.includes("--standard-json")) {
  process.stdout.write(`${solc.compile(readFileSync(0, "utf8"))}\n`);
} else {
  process.stderr.write("solc.mjs understands --version and --standard-json only.\n");
  process.exitCode = 2;
}
