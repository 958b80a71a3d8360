import { randomInt } from "node:crypto";
import { Person } from "../../chaos/person.mjs";
import { sleep } from "../processes.mjs";
import { storageStateOf } from "./thousand-rows.mjs";

const POLL_MS = 1_000;
const PATIENCE_MS = 15 * 60_000;
const CALL_PATIENCE_MS = 60_000;
/** Bytes of one weight. */
const WEIGHT = 4;
/** Fewer than a sample's adapter has. */
const LAST_WEIGHTS = 10_000;

/**
 * A person at work on the samples: a run of their own, a check by retraining, tasks, an export, an adapter brought in
 * and measured, a run that waits for a signature. `line` is what the training machine then works at, until `stop`.
 */
export async function makeWork(url, log) {
  const ida = new Person({ name: "Ida Okafor", url: () => url, patienceMs: CALL_PATIENCE_MS });
  await ida.signIn();
  const samples = await ida.call("sample.list");
  const sample = samples.find(({ goal }) => goal === "label");
  const other = samples.find(({ goal }) => goal !== "label");
  if (!sample || !other) throw new Error("The samples are not there yet: start with SEED=on and wait.");

  log("Training, checking and bringing in an adapter, for pictures of them");
  const own = await startRun(ida, sample.snapshotId, { preset: "quick" });
  const { contributors } = await ida.call("trainingRun.removals", { runId: sample.runId });
  const careless = contributors.find(({ name }) => name?.toLowerCase().includes("eli")) ?? contributors[0];
  const { checkId } = await ida.call("trainingRun.startRemoval", {
    runId: sample.runId,
    contributorId: careless.id,
  });
  const withTasks = await makeTasks(ida, sample);
  await ida.call("adapter.startExport", { adapterId: sample.adapterId, format: "merged" });
  const adapterId = await bringIn(ida, sample.adapterId);
  const unmeasured = await bringIn(ida, sample.adapterId);
  const { runId: measured } = await ida.call("trainingRun.measure", {
    adapterId,
    snapshotId: sample.snapshotId,
  });
  for (const runId of [own, checkId, measured]) await untilRun(ida, runId, ["succeeded"]);
  await until("the export", async () => {
    const { exports } = await ida.call("adapter.take", { adapterId: sample.adapterId });
    return exports.find(({ format }) => format === "merged")?.status === "ready";
  });
  const waiting = await createRun(ida, sample.snapshotId, { preset: "balanced" });

  const storageState = storageStateOf(ida, url);
  const tab = (datanetId, name) => `/datanets/${datanetId}#${name}`;
  const pages = {
    "own-run": `/runs/${own}`,
    "removal-check": `/runs/${sample.runId}`,
    "removal-run": `/runs/${checkId}`,
    "run-to-sign": `/runs/${waiting}`,
    "compare-choose": `/runs/compare?a=${sample.runId}`,
    compare: `/runs/compare?a=${sample.runId}&b=${checkId}`,
    "compare-apart": `/runs/compare?a=${sample.runId}&b=${other.runId}`,
    publish: `/runs/${own}/publish`,
    "own-adapter": await adapterOf(ida, own),
    exports: `/adapters/${sample.adapterId}`,
    import: "/adapters/import",
    "import-refused": { path: "/adapters/import", act: bringInNothing },
    imported: `/adapters/${unmeasured}`,
    "imported-measured": `/adapters/${adapterId}`,
    measured: `/runs/${measured}`,
    contributions: tab(sample.datanetId, "contributions"),
    versions: tab(sample.datanetId, "versions"),
    "datanet-runs": tab(sample.datanetId, "runs"),
    "datanet-adapters": tab(sample.datanetId, "adapters"),
    tasks: tab(withTasks, "tasks"),
    members: tab(sample.datanetId, "members"),
    asked: { path: `/adapters/${sample.adapterId}`, act: ask },
    blind: { path: `/adapters/${sample.adapterId}`, act: compareBlind },
    guide: { path: "/", act: openGuide },
  };
  return {
    album: { pages, storageState },
    startLine: () => startLine(ida, sample, contributors, storageState),
  };
}

/** A training at work, one behind it and a check behind both; `stop` cancels what is left of them. */
async function startLine(ida, sample, contributors, storageState) {
  const runs = [];
  for (const preset of ["thorough", "balanced"]) {
    const runId = await startRun(ida, sample.snapshotId, { preset, seed: 1_000 + runs.length });
    runs.push(runId);
  }
  const last = contributors.at(0);
  const { checkId } = await ida.call("trainingRun.startRemoval", {
    runId: sample.runId,
    contributorId: last.id,
  });
  runs.push(checkId);
  await untilRun(ida, runs[0], ["training"]);
  return {
    album: {
      pages: { queue: "/runs", "run-at-work": `/runs/${runs[0]}`, "run-in-line": `/runs/${runs[1]}` },
      storageState,
    },
    stop: async () => {
      for (const runId of runs) await ida.call("trainingRun.cancel", { runId }).catch(() => {});
    },
  };
}

/** A run that was checked and waits for its builder's signature. */
export async function createRun(ida, snapshotId, settings) {
  const { runId } = await ida.call("trainingRun.create", {
    snapshotIds: [snapshotId],
    baseId: "tiny",
    ...settings,
  });
  await untilRun(ida, runId, ["commit"]);
  return runId;
}

async function startRun(ida, snapshotId, settings) {
  const runId = await createRun(ida, snapshotId, settings);
  const { call } = await ida.call("trainingRun.prepareCommit", { runId });
  await ida.send(call, "run.commit", runId);
  return runId;
}

function untilRun(ida, runId, statuses) {
  return until(`the run ${runId}`, async () => {
    const { status, problem } = await ida.call("trainingRun.get", { runId });
    if (status === "failed") throw new Error(`The run failed: ${problem?.message}`);
    return statuses.includes(status);
  });
}

async function until(what, isSo) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (await isSo()) return;
    await sleep(POLL_MS);
  }
  throw new Error(`${what} was not ready within ${PATIENCE_MS / 60_000} minutes.`);
}

async function adapterOf(ida, runId) {
  const { adapter } = await ida.call("trainingRun.get", { runId });
  return adapter ? `/adapters/${adapter.id}` : null;
}

/** A sample takes no tasks: they go to a Datanet of her own. Answers its id. */
async function makeTasks(ida, { adapterId }) {
  const { datanetId } = await ida.call("datanet.create", {
    goal: "label",
    name: "Definitions of Ida",
    purpose: "Name the kind of thing that a short definition describes.",
    guidelines: "One definition a row. The answer is the one label that fits.",
    licence: "CC-BY-4.0",
    labels: ["animal", "food", "object", "person", "plant"],
  });
  const tasks = [
    ["a small bird that eats seeds", "food", "animal"],
    ["the tall grass that sugar is made of, grown in the warm parts of the world", "food", "plant"],
    ["someone who mends shoes", "object", "person"],
  ];
  for (const [prompt, wrongAnswer, expected] of tasks)
    await ida.call("task.create", { adapterId, datanetId, prompt, wrongAnswer, expected });
  return datanetId;
}

/** A sample's adapter as somebody would bring it from elsewhere: another file each time, by the lowest bit of one weight. */
async function bringIn(ida, adapterId) {
  const file = async (name) =>
    Buffer.from(await (await ida.fetch(`/api/adapters/${adapterId}/files/${name}`)).arrayBuffer());
  const weights = await file("adapter_model.safetensors");
  weights[weights.length - randomInt(1, LAST_WEIGHTS) * WEIGHT] ^= 1;
  const config = await file("adapter_config.json");
  const about = {
    name: "Brought from another machine",
    baseId: (await ida.call("adapter.get", { adapterId })).baseId,
    licence: "Apache-2.0",
    source: "A copy of a sample's adapter, changed in one number.",
  };
  const files = [
    { name: "adapter_model.safetensors", bytes: weights.length },
    { name: "adapter_config.json", bytes: config.length },
  ];
  const response = await ida.fetch("/api/adapters/import", {
    method: "POST",
    headers: {
      "content-type": "application/octet-stream",
      "x-import": encodeURIComponent(JSON.stringify(about)),
      "x-files": encodeURIComponent(JSON.stringify(files)),
    },
    body: Buffer.concat([weights, config]),
  });
  const body = await response.json();
  if (body.error) throw new Error(`The adapter was refused: ${body.error.message}`);
  return body.adapterId;
}

const ANSWER_MS = 120_000;
const QUESTION = "a small bird that eats seeds";

async function ask(page) {
  const panel = page.getByRole("region", { name: "Try it" });
  await panel.getByLabel("A text to sort").fill(QUESTION);
  await panel.getByRole("button", { name: "Send" }).click();
  await panel.getByRole("button", { name: "Nearest training rows" }).click({ timeout: ANSWER_MS });
  await panel.getByText(/Similar in wording/).waitFor();
  await panel.getByRole("button", { name: "This answer is wrong" }).click();
}

async function compareBlind(page) {
  const panel = page.getByRole("region", { name: "Try it" });
  await panel.getByRole("tab", { name: "Blind comparison" }).click();
  await panel.getByLabel("One question for both").fill(QUESTION);
  await panel.getByRole("button", { name: "Ask both" }).click();
  await panel.getByRole("button", { name: "A is better" }).waitFor({ timeout: ANSWER_MS });
}

async function bringInNothing(page) {
  const name = "adapter_model.safetensors";
  const chosen = [{ name, mimeType: "application/octet-stream", buffer: Buffer.from("not weights") }];
  await page.getByLabel("Files of the adapter").setInputFiles(chosen);
  await page.getByRole("textbox", { name: /^Name/ }).fill("An adapter that is none");
  await page.getByRole("button", { name: "Apache-2.0" }).click();
  await page.getByRole("button", { name: "Check and bring in" }).click();
  await page.getByRole("alert").first().waitFor();
}

/** The guide, unless it is open already. */
export async function openGuide(page) {
  const guidePanel = page.getByRole("region", { name: "Guide" });
  if (await guidePanel.isVisible()) return;
  const isNarrow = page.viewportSize().width < 640;
  if (isNarrow) await page.getByRole("button", { name: "Go to" }).click();
  const guide = isNarrow
    ? page.getByRole("menuitem", { name: "Guide" })
    : page.getByRole("button", { name: "Guide", exact: true });
  await guide.click();
  await guidePanel.waitFor();
}
