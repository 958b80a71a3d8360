#!/usr/bin/env node
// Runs every Solidity test. The last line is "N passed, N failed"; the exit code is not 0 when one failed, when
// nothing compiled or when no test was found. Further arguments go to forge, e.g. --match-contract Vectors.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { forge, repositoryRoot } from "./forge.mjs";

const run = forge(["test", "--color", "never", ...process.argv.slice(2)]);
if (run.error) throw run.error;
const output = `${run.stdout ?? ""}`;
process.stdout.write(output);
process.stderr.write(`${run.stderr ?? ""}`);

const summary = /(\d+) tests passed, (\d+) failed, \d+ skipped \(\d+ total tests\)/.exec(output);
const passed = Number(summary?.[1] ?? 0);
let failed = Number(summary?.[2] ?? 1);

// One suite a file: a stale cache once made forge skip files without a word.
const files = readdirSync(join(repositoryRoot, "contracts", "test")).filter((name) =>
  name.endsWith(".t.sol"),
);
const suites = Number(/Ran (\d+) test suites?/.exec(output)?.[1] ?? 0);
if (process.argv.length === 2 && suites !== files.length) {
  process.stderr.write(
    `${files.length} test files, but ${suites} ran. Delete contracts/out and contracts/cache.\n`,
  );
  failed += 1;
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = run.status === 0 && failed === 0 && passed > 0 ? 0 : 1;
