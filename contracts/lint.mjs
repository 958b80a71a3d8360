#!/usr/bin/env node
// Format and lint of the Solidity sources; exit 1 with forge's own words on any finding.
import { forge } from "./forge.mjs";

// forge lint leaves artifacts without code in its cache, and a later test run would silently skip those suites.
const apart = { FOUNDRY_OUT: "contracts/out/lint", FOUNDRY_CACHE_PATH: "contracts/cache/lint" };

let failed = false;
for (const args of [["fmt", "--check"], ["lint"]]) {
  const run = forge(args, { extraEnv: apart });
  if (run.error) throw run.error;
  const output = `${run.stdout ?? ""}${run.stderr ?? ""}`;
  if (run.status === 0 && !/^(error|warning|note)\[/m.test(output)) continue;
  process.stderr.write(output);
  failed = true;
}
process.exitCode = failed ? 1 : 0;
