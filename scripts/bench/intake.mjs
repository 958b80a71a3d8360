import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../lib/build.mjs";
import { buildDir, root, venvPython } from "../lib/paths.mjs";

export const summary =
  "the health report's speed and memory, near-duplicates beside datasketch and rensa ([--file F] [--rows 100000] [--index-rows 1000000] [--peer-rows 20000] [--json])";

const PEERS = ["datasketch==2.0.0", "rensa==0.5.0"];
const work = resolve(buildDir, "bench-intake");
const SEED = 77;

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      file: { type: "string" },
      rows: { type: "string", default: "100000" },
      "index-rows": { type: "string", default: "1000000" },
      "peer-rows": { type: "string", default: "20000" },
      json: { type: "boolean" },
    },
  });
  mkdirSync(work, { recursive: true });
  const program = await bundle("bench-intake", { entry: "scripts/bench/intake/program.ts" });
  const ours = (...rest) => measured(process.execPath, [program, ...rest]);
  const made = (rows, seed) => {
    const file = resolve(work, `planted-${rows}-${seed}.jsonl`);
    if (!existsSync(`${file}.pairs`))
      measured(process.execPath, [program, "make", file, String(rows), String(seed)]);
    return file;
  };
  const file = values.file
    ? resolve(process.env.INIT_CWD ?? root, values.file)
    : made(Number(values.rows), SEED);
  const { pairs, ...report } = ours("report", file, resolve(work, "own.seg"));
  const result = { load: loadavg().map((one) => Number(one.toFixed(1))), report };
  report.rowsPerSecond = Math.round(report.rows.uploaded / report.seconds);
  if (existsSync(`${file}.pairs`))
    result.bands = rates(JSON.parse(readFileSync(`${file}.pairs`, "utf8")), pairs);
  const segment = resolve(work, "large.seg");
  result.index = ours("index", values["index-rows"], String(SEED + 3), segment);
  const peerRows = Number(values["peer-rows"]);
  result.adding1000 = ours("add", values.file ? head(file, 1000) : made(1000, SEED + 1), segment);
  const peerFile = values.file ? head(file, peerRows) : made(peerRows, SEED + 2);
  const python = peerPython();
  const peer = resolve(root, "scripts/bench/intake/peer.py");
  result.dedup = { ours: ours("dedup", peerFile) };
  for (const name of ["datasketch", "rensa"]) result.dedup[name] = measured(python, [peer, name, peerFile]);
  if (values.json) console.log(JSON.stringify(result));
  else print(result);
}

/** The first kept rows of a person's own file, as JSON Lines: the same for ours and for the others. */
function head(file, rows) {
  const into = resolve(work, `head-${rows}.jsonl`);
  measured(process.execPath, [resolve(buildDir, "bench-intake.mjs"), "head", file, into, String(rows)]);
  return into;
}

/** Of the planted pairs of each length those found, and of all that was found what was planted. */
function rates(planted, found) {
  const bandOf = new Map(planted.map(({ row, other, band }) => [`${row} ${other}`, band]));
  const bandOfRow = new Map(planted.map(({ row, band }) => [row, band]));
  const bands = {};
  for (const { band } of planted) {
    bands[band] ??= { planted: 0, found: 0, wrong: 0 };
    bands[band].planted += 1;
  }
  let strangers = 0;
  for (const [row, other] of found) {
    const band = bandOf.get(`${row} ${other}`);
    if (band) bands[band].found += 1;
    else if (bandOfRow.has(row)) bands[bandOfRow.get(row)].wrong += 1;
    else strangers += 1;
  }
  for (const band of Object.values(bands)) {
    band.recall = band.found / band.planted;
    band.precision = band.found / Math.max(1, band.found + band.wrong);
  }
  return { ...bands, strangers };
}

function peerPython() {
  const folder = resolve(buildDir, "bench-intake-venv");
  const python = resolve(folder, "bin/python");
  const stamp = resolve(folder, "installed");
  if (existsSync(stamp)) return python;
  console.error("Installing datasketch and rensa (a minute)");
  step(venvPython, ["-m", "venv", folder]);
  step(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-c",
    resolve(root, "training-runner/constraints.txt"),
    ...PEERS,
  ]);
  writeFileSync(stamp, `${PEERS.join("\n")}\n`);
  return python;
}

function step(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  if (status !== 0) throw new Error(`${args.slice(0, 3).join(" ")} failed:\n${stderr.slice(-2000)}`);
  return stdout;
}

const measured = (command, args) => {
  const last = step(command, args).trim().split("\n").at(-1);
  return last ? JSON.parse(last) : null;
};

function print({ load, report, bands, index, adding1000, dedup }) {
  console.log(`load ${load.join(" ")} (1, 5, 15 minutes)`);
  console.log(
    `report: ${report.rows.uploaded} rows in ${report.seconds.toFixed(1)} s (${report.cpuSeconds} s of CPU), ${report.rowsPerSecond} rows/s, peak ${report.peakMb} MB`,
  );
  for (const [name, band] of Object.entries(bands ?? {}))
    if (name === "strangers") console.log(`  rows that were not planted and found all the same: ${band}`);
    else
      console.log(
        `  ${name.padEnd(8)} words: ${band.planted} planted, recall ${band.recall.toFixed(4)}, precision ${band.precision.toFixed(4)}`,
      );
  console.log(
    `adding 1,000 rows to an index of ${index.rows} rows: ${adding1000.seconds.toFixed(2)} s (${adding1000.cpuSeconds} s of CPU)`,
  );
  for (const [name, one] of Object.entries(dedup))
    console.log(
      `dedup of ${one.rows} rows, ${name.padEnd(10)}: ${one.seconds.toFixed(2)} s (${one.cpuSeconds} s of CPU), ${one.found} found, peak ${one.peakMb} MB`,
    );
}
