import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "../lib/build.mjs";

export const summary =
  "generated files of every format, broken in every way, through the reader: cases a second, codes seen, seeds that fail (--cases N, --seed N, --file F …, --json)";

const ENTRY = "server/contribution/intake/fuzz/campaign.ts";
const SAY_EVERY_MS = 10_000;

/** Each case is one seed, so `--cases 1 --seed N` repeats it. `--file` adds files of one's own to be broken. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      cases: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      file: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
  });
  const [cases, seed] = [Number(values.cases), Number(values.seed)];
  if (!Number.isInteger(cases) || cases < 1) throw new Error("--cases is a whole number from 1.");
  if (!Number.isInteger(seed) || seed < 0) throw new Error("--seed is a whole number from 0.");
  const own = values.file.map((path) => ({ name: basename(path), bytes: readFileSync(path), rows: 0 }));
  const { runCampaign } = await import(pathToFileURL(await bundle("intake-fuzz", { entry: ENTRY })).href);
  let saidAt = Date.now();
  const onProgress = (done) => {
    if (Date.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = Date.now();
    console.error(`${done.toLocaleString("en")} of ${cases.toLocaleString("en")} cases`);
  };
  const report = await runCampaign({ cases, seed, own, onProgress });
  const speed = report.cases / report.seconds;
  if (values.json) console.log(JSON.stringify({ ...report, casesPerSecond: speed }));
  else print(report, speed);
  if (report.failures.length > 0) process.exitCode = 1;
}

function print(report, speed) {
  const { rows, slowest } = report;
  console.log(
    `${report.cases.toLocaleString("en")} cases, ${speed.toFixed(1)} a second; slowest ${slowest.ms} ms (seed ${slowest.seed})`,
  );
  console.log(
    `rows: ${rows.uploaded.toLocaleString("en")} uploaded = ${rows.kept.toLocaleString("en")} kept + ${rows.setAside.toLocaleString("en")} set aside`,
  );
  const codes = Object.entries(report.codes).sort((a, b) => b[1] - a[1]);
  for (const [code, count] of codes) console.log(`  ${code.padEnd(22)} ${count.toLocaleString("en")}`);
  for (const { seed, kind, mutations, said } of report.failures)
    console.log(`FAILED seed ${seed} (${kind}, ${mutations.join(" + ") || "as it is"}): ${said}`);
  console.log(report.failures.length === 0 ? "No failing seed." : `${report.failures.length} failing seeds.`);
}
