// A data folder in which nearly every feature has been used once, as a backup for migration.test.mjs:
//   node scripts/data/make-fixture.mjs --out scripts/data/fixtures/NAME
// Left out: what the runner keeps (checkpoints among it) and the files of the export; the doctor looks for neither.
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loopSteps } from "../chaos/loop.mjs";
import { Person } from "../chaos/person.mjs";
import { writeJson } from "../lib/lock.mjs";
import { seconds } from "../lib/log.mjs";
import { root } from "../lib/paths.mjs";
import { sleep } from "../lib/processes.mjs";
import { startTestApp } from "../lib/test-app.mjs";
import { backup, MANIFEST } from "./backup.mjs";
import { withClient, withDatabase } from "./database.mjs";

const PATIENCE_MS = 600_000;
const LABELS = ["animal", "body", "food", "plant"];
const ROWS = 110;
/** Of Ann's rows in Cara's file, so that some of them meet a test of the other Datanet. */
const SHARED_ROWS = 30;
const QUESTION = "a small bird that eats seeds";

const { values } = parseArgs({ options: { out: { type: "string" } } });
const out = resolve(values.out ?? "fixture");
const began = performance.now();
const log = (line) => console.log(`[${seconds(performance.now() - began)} s] ${line}`);

async function use({ url }) {
  const [ann, cara, val] = ["Ann", "Cara", "Val"].map(
    (name) => new Person({ name, url: () => url, patienceMs: PATIENCE_MS }),
  );
  const [anns, caras] = twoFiles();
  const world = {};
  const loop = walk({ ann, bob: val, world, name: "Alive or eaten", files: anns });
  await loop("approve and freeze it");
  const more = {};
  const licence = "CC-BY-SA-4.0";
  await walk({ ann: cara, bob: val, world: more, name: "More definitions", licence, files: caras })(
    "approve and freeze it",
  );

  await ann.call("datanet.join", { datanetId: more.datanetId });
  const run = { snapshotIds: [world.snapshotId, more.snapshotId], baseId: "tiny", preset: "quick" };
  world.runId = await begin(ann, run);
  await loop("publish");
  log("a run on two Datanets, published");

  const { checkId } = await ann.call("trainingRun.startRemoval", {
    runId: world.runId,
    contributorId: cara.id,
  });
  // Cancelled, so that its adapter need not be kept.
  const clone = await begin(ann, { ...run, fromRunId: world.runId, settings: { rank: 16 } });
  await ann.call("trainingRun.cancel", { runId: clone });
  await statusOf(ann, clone, ["cancelled"]);
  await statusOf(ann, checkId, ["succeeded"]);
  log("a clone, cancelled, and a removal check");

  const { adapterId } = world;
  await ann.call("adapter.startExport", { adapterId, format: "merged" });
  await until("exported", async () => {
    const { exports } = await ann.call("adapter.take", { adapterId });
    return exports.some(({ status }) => status === "ready");
  });
  // The published files themselves, brought in by somebody else: stored once.
  const imported = await bringIn(val, adapterId);
  const { runId } = await val.call("trainingRun.measure", {
    adapterId: imported,
    snapshotId: world.snapshotId,
  });
  await statusOf(val, runId, ["succeeded"]);
  log("an export, and an import that was measured");

  await compare(cara, adapterId);
  await taskDone({ ann, val, datanetId: world.datanetId, adapterId });
  for (const mark of ["looked", "read", "checked"]) await ann.call("guide.mark", { mark });
  await ann.call("guide.close", { isClosed: true });
  const { items } = await ann.call("notice.list", {});
  await ann.call("notice.read", { noticeId: items[0].id });
  await val.call("account.nonce");
  log("a comparison, a task, notices and the guide");
}

/** The loop's steps, each call going on to the end of the one it names; a run is started by `begin`. */
function walk(options) {
  const steps = loopSteps({ licence: "CC-BY-4.0", ...options, labels: LABELS, patienceMs: PATIENCE_MS });
  return async (last) => {
    for (let step = steps.shift(); step; step = steps.shift()) {
      if (step.name === "start a run") continue;
      await step.run();
      if (step.name === last) return;
    }
  };
}

function twoFiles() {
  const rows = ["ava", "ben"].map((name) =>
    readFileSync(resolve(root, "samples", "labels", "data", `${name}.csv`), "utf8")
      .split("\n")
      .slice(1)
      .filter((row) => LABELS.some((label) => row.endsWith(`,${label}`)) && row.split(",").length === 2),
  );
  const mixed = rows[0].flatMap((row, i) => (rows[1][i] ? [row, rows[1][i]] : [row]));
  const anns = mixed.slice(0, ROWS);
  const caras = [...mixed.slice(ROWS, 2 * ROWS - SHARED_ROWS), ...anns.slice(0, SHARED_ROWS)];
  return [anns, caras].map((each) => [{ name: "definitions.csv", content: csv(each) }]);
}

const csv = (rows) => ["prompt,answer", ...rows].join("\n");

async function begin(person, input) {
  const { runId } = await person.call("trainingRun.create", input);
  await statusOf(person, runId, ["commit"]);
  const { call } = await person.call("trainingRun.prepareCommit", { runId });
  await person.send(call, "run.commit", runId);
  await until("begun", async () => (await person.call("trainingRun.get", { runId })).status !== "commit");
  return runId;
}

const statusOf = (person, runId, statuses) =>
  until(statuses[0], async () => {
    const { status, problem } = await person.call("trainingRun.get", { runId });
    assert.ok(status !== "failed", JSON.stringify(problem));
    return statuses.includes(status);
  });

async function bringIn(person, adapterId) {
  const files = [];
  for (const name of ["adapter_model.safetensors", "adapter_config.json"]) {
    const response = await person.fetch(`/api/adapters/${adapterId}/files/${name}`);
    files.push({ name, content: Buffer.from(await response.arrayBuffer()) });
  }
  const about = { name: "Back again", baseId: "tiny", licence: "MIT", source: "a friend's machine" };
  const lengths = files.map(({ name, content }) => ({ name, bytes: content.length }));
  const headers = {
    "x-import": encodeURIComponent(JSON.stringify(about)),
    "x-files": encodeURIComponent(JSON.stringify(lengths)),
  };
  const body = Buffer.concat(files.map(({ content }) => content));
  return (await answer(person, "/api/adapters/import", headers, body)).adapterId;
}

async function answer(person, path, headers, body) {
  const response = await person.fetch(path, { method: "POST", headers, body });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

async function compare(person, adapterId) {
  const response = await person.fetch("/api/comparisons", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ adapterId, prompt: QUESTION }),
  });
  const [, comparisonId] = /"comparisonId":"([^"]+)"/.exec(await response.text());
  await person.call("comparison.decide", { comparisonId, vote: "a" });
}

/** A bad answer becomes a task; of the file written for it one row is bad, one rejected, and a later file is unread. */
async function taskDone({ ann, val, datanetId, adapterId }) {
  const wrong = { prompt: QUESTION, wrongAnswer: "food", expected: "animal" };
  const { taskId } = await val.call("task.create", { adapterId, datanetId, ...wrong });
  const task = { "x-task-id": taskId };
  await submit(ann, datanetId, task, [`${QUESTION},animal`, "a sour yellow fruit,animal", "no answer,"]);
  for (;;) {
    const { item } = await val.call("review.claimNext", { datanetId });
    if (!item) break;
    const verdict = item.prompt === QUESTION ? { decision: "accept" } : REJECTED;
    await val.call("review.decide", { recordId: item.recordId, ...verdict });
  }
  await submit(ann, datanetId, {}, ["a grey beast with a trunk,animal", "a bitter green leaf,plant"]);
  await val.call("review.claimNext", { datanetId });
}

const REJECTED = { decision: "reject", reason: "wrong_answer", note: "It is food." };

async function submit(person, datanetId, more, rows) {
  const headers = { "content-type": "text/csv", "x-datanet-id": datanetId, "x-file-name": "m.csv", ...more };
  const { contributionId } = await answer(person, "/api/uploads", headers, csv(rows));
  await until("parsed", async () => {
    const { status, problem } = await person.call("contribution.get", { contributionId });
    assert.ok(status !== "failed", JSON.stringify(problem));
    return status === "ready";
  });
  const licence = "CC-BY-4.0";
  await person.call("contribution.submit", { contributionId, licence, isMineToGive: true });
}

/** Every transaction is final and every entry of the audit log sealed: what waits too long is a finding of the doctor. */
const settled = (dataDir) =>
  withDatabase(dataDir, (url) =>
    withClient(url, (client) =>
      until("settled", async () => {
        const { rows } = await client.query(
          `select (select count(*) from audit_log where place is null)
             + (select count(*) from chain_transactions where status in ('submitted', 'included')) as waiting`,
        );
        return Number(rows[0].waiting) === 0;
      }),
    ),
  );

async function until(what, look) {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await look())) {
    assert.ok(performance.now() < deadline, `${what} within ${seconds(PATIENCE_MS)} s`);
    await sleep(500);
  }
}

function leaveOut(manifest) {
  const exported = readFileSync(resolve(out, "database", "adapter_exports.copy"), "utf8");
  const isLeft = ({ path }) => path.startsWith("runner/") || exported.includes(basename(path));
  for (const { path } of manifest.files.filter(isLeft)) rmSync(resolve(out, "files", path));
  rmSync(resolve(out, "files", "runner"), { recursive: true, force: true });
  const files = manifest.files.filter((file) => !isLeft(file));
  writeJson(resolve(out, MANIFEST), { ...manifest, files });
  log(`${files.length} files, ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes`);
}

const app = await startTestApp({ env: { SEED: "off", BASES: "tiny" }, onLine: log });
try {
  await use(app);
  await settled(app.dataDir);
  leaveOut(await backup({ dataDir: app.dataDir, out, say: log }));
} finally {
  await app.stop();
}
