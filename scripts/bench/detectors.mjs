import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../lib/build.mjs";
import { root } from "../lib/paths.mjs";

export const summary =
  "precision and recall of the secret and personal-data detectors ([--file F.jsonl] [--json])";

export async function run(args) {
  const { values } = parseArgs({ args, options: { file: { type: "string" }, json: { type: "boolean" } } });
  const program = await bundle("bench-detectors", {
    entry: "server/contribution/health/detector-set/bench.ts",
  });
  const file = values.file && resolve(process.env.INIT_CWD ?? root, values.file);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...(file ? [file] : [])], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  if (values.json) return void process.stdout.write(stdout);
  const { lines, kinds, all } = JSON.parse(stdout);
  const share = (rate) =>
    rate === null
      ? "-"
      : `${(100 * rate.value).toFixed(1)} % (${(100 * rate.low).toFixed(1)}–${(100 * rate.high).toFixed(1)})`;
  console.log(`${lines} labelled lines; 95 % intervals (Wilson)\n`);
  console.log(`${"kind".padEnd(12)} found missed wrong  recall                 precision`);
  for (const one of [...kinds, all])
    console.log(
      `${one.kind.padEnd(12)} ${String(one.found).padStart(5)} ${String(one.missed).padStart(6)} ${String(one.wrong).padStart(5)}  ${share(one.recall).padEnd(22)} ${share(one.precision)}`,
    );
}
