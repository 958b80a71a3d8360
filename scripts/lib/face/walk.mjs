import { mkdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Person } from "../../chaos/person.mjs";
import { root } from "../paths.mjs";
import { createRun, openGuide } from "./at-work.mjs";
import { isLoaded } from "./camera.mjs";
import { contribute, storageStateOf } from "./thousand-rows.mjs";

const SIZE = { width: 1280, height: 800 };
const ROWS = 120;
/** No answer, a label that is none, the same row again: what a hurried person's file holds. */
const BAD_ROWS = ["a wild cat of the mountains,", "the sound that a bell makes,noise"];
const SAMPLE = resolve(root, "samples", "labels");
const LABELS = ["animal", "body", "food", "object", "person", "place", "plant", "substance"];

/** The README's pictures, written to `folder`: the walk from a file to a published adapter, in an app with the samples. */
export async function photographWalk({ browser, url, folder, log }) {
  mkdirSync(folder, { recursive: true });
  const { owner, validator, contributionId, datanetId, sample, runToSign } = await prepareWalk(url);
  const under = (heading) => async (page) => {
    const top = page.getByRole("heading", { name: heading });
    await top.evaluate((element) => window.scrollTo(0, element.getBoundingClientRect().top - 24));
  };
  const shots = [
    { name: "guide", as: null, path: "/", act: openGuide },
    { name: "upload", as: owner, path: `/contributions/${contributionId}` },
    { name: "review", as: validator, path: `/datanets/${datanetId}/review` },
    { name: "checks", as: owner, path: `/runs/${runToSign}` },
    { name: "run", as: null, path: `/runs/${sample.runId}` },
    { name: "influence", as: null, path: `/runs/${sample.runId}`, act: under("Which data helped?") },
    { name: "adapter", as: null, path: `/adapters/${sample.adapterId}` },
  ];
  for (const { name, as, path, act } of shots) {
    const context = await browser.newContext({
      baseURL: url,
      viewport: SIZE,
      colorScheme: "light",
      reducedMotion: "reduce",
      storageState: as ? storageStateOf(as, url) : undefined,
    });
    const page = await context.newPage();
    await page.goto(path, { waitUntil: "load" });
    await isLoaded(page);
    await act?.(page);
    await isLoaded(page);
    await page.screenshot({ path: resolve(folder, `${name}.png`) });
    await context.close();
    log(`${name}.png`);
  }
}

/** Two people, a Datanet, a file that was submitted and one that waits with bad rows in it, a run that waits to be signed. */
async function prepareWalk(url) {
  const person = (name) => new Person({ name, url: () => url, patienceMs: 60_000 });
  const [owner, validator] = [person("Ida Okafor"), person("Bo Lindqvist")];
  for (const each of [owner, validator]) {
    await each.signIn();
    await each.call("guide.close", { isClosed: true });
  }
  const { datanetId } = await owner.call("datanet.create", {
    goal: "label",
    name: "What is described?",
    purpose: "Sort short dictionary definitions into eight kinds of thing.",
    guidelines: "One definition a row. Reject a definition that fits two kinds equally well.",
    licence: "CC-BY-4.0",
    labels: LABELS,
  });
  await validator.call("datanet.join", { datanetId });
  await owner.call("datanet.grant", { datanetId, accountId: validator.id, isValidator: true });
  const rowsOf = (name) =>
    readFileSync(resolve(SAMPLE, "data", `${name}.csv`), "utf8")
      .trimEnd()
      .split("\n")
      .slice(0, ROWS);
  const submitted = await contribute(owner, datanetId, "definitions.csv", rowsOf("ben").join("\n"));
  await owner.call("contribution.submit", {
    contributionId: submitted,
    licence: "CC-BY-4.0",
    isMineToGive: true,
  });
  const rows = rowsOf("ava");
  const content = [...rows, ...BAD_ROWS, rows[1]].join("\n");
  const contributionId = await contribute(owner, datanetId, "more-definitions.csv", content);
  const samples = await owner.call("sample.list");
  const sample = samples.find(({ goal }) => goal === "label");
  if (!sample) throw new Error("The samples are not there yet: start with SEED=on and wait.");
  const runToSign = await createRun(owner, sample.snapshotId, { preset: "quick", baseId: "tiny" });
  return { owner, validator, contributionId, datanetId, sample, runToSign };
}
