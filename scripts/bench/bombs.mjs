import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Person } from "../chaos/person.mjs";
import { bundle } from "../lib/build.mjs";
import { publicPages } from "../lib/face/public-pages.mjs";
import { root } from "../lib/paths.mjs";
import { sleep } from "../lib/processes.mjs";
import { startTestApp } from "../lib/test-app.mjs";
import { load } from "./web/run-load.mjs";
import { watchMemory, webProcess } from "./web-process.mjs";

export const summary =
  "what other people notice while files made to do harm, or one of many rows, are read: p95 beside a quiet time of the same run, memory of the web process ([--file F …] [--seconds 8] [--rows 100000] [--data DIR of a running app] [--json])";

const GOALS = { ratio: 2, megabytes: 150 };
const CLIENTS = 4;
const ROUNDS = 3;
/** What is read to the end, or refused. */
const DONE = ["ready", "failed"];
const READ_MS = 120_000;

/** Quiet and busy take turns, so that a machine that grows slower slows both; the median p95 of each counts. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      file: { type: "string", multiple: true, default: [] },
      seconds: { type: "string", default: "8" },
      rows: { type: "string", default: "100000" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 60)) throw new Error("--seconds is a number above 0, at most 60.");
  const own = values.data ? null : await startTestApp({ env: { SEED: "off" } });
  try {
    const { url, pid } = JSON.parse(readFileSync(resolve(own?.dataDir ?? values.data, "app.json"), "utf8"));
    const files =
      values.file.length > 0 ? values.file.map(ownFile) : [...(await bombs()), many(Number(values.rows))];
    const results = [];
    for (const file of files) results.push(await measure({ url, web: webProcess(pid), seconds, file }));
    if (values.json) console.log(JSON.stringify(results));
    else for (const result of results) print(result);
  } finally {
    await own?.stop();
  }
}

const ownFile = (path) => ({
  name: basename(path),
  file: basename(path),
  bytes: readFileSync(resolve(process.env.INIT_CWD ?? root, path)),
});

async function bombs() {
  const entry = "server/contribution/intake/fuzz/bombs.ts";
  const { BOMBS } = await import(pathToFileURL(await bundle("bench-bombs", { entry })).href);
  return BOMBS.map(({ name, file, make }) => ({ name, file, bytes: Buffer.from(make()) }));
}

/** Honest rows of some 500 bytes. */
function many(rows) {
  const words = "amber birch cedar delta ember fjord grove heath inlet jetty knoll ledge marsh".split(" ");
  const text = (i) =>
    Array.from({ length: 80 }, (_, j) => words[(i * 31 + j * (1 + (i % 11))) % words.length]).join(" ");
  const lines = Array.from({ length: rows }, (_, i) => `${text(i)} ${i},answer ${i}`);
  return {
    name: `${rows.toLocaleString("en")} rows`,
    file: "many.csv",
    bytes: Buffer.from(`prompt,answer\n${lines.join("\n")}\n`),
  };
}

/** Somebody sends the file again and again while others look at pages and at a list. */
async function measure({ url, web, seconds, file }) {
  const sender = new Sender(url);
  await sender.signIn();
  const visitors = await others(url);
  const p95 = { quiet: [], busy: [] };
  let reads = 0;
  const most = { quiet: 0, busy: 0 };
  for (let round = -1; round < ROUNDS; round += 1)
    for (const state of ["quiet", "busy"]) {
      let isOver = false;
      const memory = watchMemory(web);
      const sending = state === "busy" ? sender.keepSending(file, () => isOver) : Promise.resolve(0);
      const { p95: one } = await load({ ...visitors, clients: CLIENTS, seconds }).finally(() => {
        isOver = true;
      });
      reads += await sending;
      const { peak } = memory();
      // The round before the first only warms up.
      if (round < 0) continue;
      p95[state].push(one);
      most[state] = Math.max(most[state], peak);
    }
  const [quiet, busy] = [median(p95.quiet), median(p95.busy)];
  return { name: file.name, bytes: file.bytes.length, reads, quiet, busy, ratio: busy / quiet, most };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Pages of the signed-in, which are rendered for each. */
async function others(url) {
  const { catalogue } = await publicPages(url);
  const people = Array.from(
    { length: CLIENTS },
    (_, i) => new Person({ name: `Other ${i + 1}`, url: () => url, patienceMs: 30_000 }),
  );
  for (const person of people) await person.signIn();
  const headers = people.map(({ cookies }) => ({
    cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join("; "),
  }));
  return { url: url + catalogue, headers };
}

/** Sends one file after another, each into a Datanet of its own: the same file twice in one would be told so at once. */
class Sender extends Person {
  constructor(url) {
    super({ name: "Sender", url: () => url, patienceMs: 60_000 });
  }

  /** How often the file was read to the end until `isOver`, at least once. */
  async keepSending(file, isOver) {
    let reads = 0;
    while (reads === 0 || !isOver()) {
      await this.sendOnce(file);
      reads += 1;
    }
    return reads;
  }

  async sendOnce({ file, bytes }) {
    const { datanetId } = await this.call("datanet.create", {
      goal: "answer",
      name: `Bombs ${randomBytes(4).toString("hex")}`,
      purpose: "A place for the files of a benchmark.",
      guidelines: "Nothing of it is kept.",
      licence: "CC0-1.0",
      labels: [],
    });
    const contributionId = await this.upload(datanetId, file, bytes).catch((error) => {
      // Refused before it is read, as it should be where its first bytes say enough.
      if (error.cause?.code) return null;
      throw error;
    });
    const end = performance.now() + READ_MS;
    while (contributionId && performance.now() < end) {
      const { status } = await this.call("contribution.get", { contributionId });
      if (DONE.includes(status)) return;
      await sleep(100);
    }
    if (contributionId) throw new Error(`${file} was not read within ${READ_MS / 1000} s.`);
  }
}

function print({ name, bytes, reads, quiet, busy, ratio, most }) {
  const verdict = ratio < GOALS.ratio ? "" : `  MISSED (goal < ${GOALS.ratio}×)`;
  console.log(
    `${name.padEnd(38)} ${(bytes / 1e6).toFixed(2).padStart(7)} MB read ${String(reads).padStart(3)} times: ` +
      `p95 of others ${quiet.toFixed(0)} ms quiet, ${busy.toFixed(0)} ms meanwhile, ${ratio.toFixed(2)}×${verdict}; ` +
      `web process at most ${most.quiet} MB, ${formatChange(most.busy - most.quiet)} MB (goal < ${GOALS.megabytes})`,
  );
}

const formatChange = (megabytes) => (megabytes < 0 ? String(megabytes) : `+${megabytes}`);
