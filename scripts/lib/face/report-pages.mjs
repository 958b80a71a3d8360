import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Person } from "../../chaos/person.mjs";
import { root } from "../paths.mjs";
import { sleep } from "../processes.mjs";
import { isLoaded } from "./camera.mjs";
import { PLANTED_LABELS, plantedFile } from "./planted-rows.mjs";
import { contribute, storageStateOf } from "./thousand-rows.mjs";

const PATIENCE_MS = 120_000;
const PLAIN_ROWS = 60;
/** Of each planted row, in a file with a great many of them. */
const COPIES = 400;

/** Files in every state of the health report, of one contributor: an album of their pages. */
export async function makeReports(url) {
  const ida = new Person({ name: "Ida Okafor", url: () => url, patienceMs: PATIENCE_MS });
  await ida.signIn();
  const { datanetId } = await ida.call("datanet.create", {
    goal: "label",
    name: "What is described?",
    purpose: "Sort short dictionary definitions into eight kinds of thing.",
    guidelines: "One definition a row. Reject a definition that fits two kinds equally well.",
    licence: "CC-BY-4.0",
    labels: PLANTED_LABELS,
  });
  const file = (name, content) => contribute(ida, datanetId, name, content);
  const planted = await file("planted.csv", plantedFile().content);
  const repaired = await file("repaired.csv", `${plantedFile(80).content}\n`);
  for (const code of ["PERSONAL_DATA", "LABEL_UNKNOWN"])
    await repair(ida, repaired, { code, action: "fix", rows: null });
  const clean = await file("clean.csv", definitions("ben", PLAIN_ROWS));
  const many = await file("many.csv", manyRows());
  const refused = await ida.upload(datanetId, "refused.csv", 'text,label\n"a bird that never ends,animal\n');
  const at = (id) => `/contributions/${id}`;
  return [
    {
      storageState: storageStateOf(ida, url),
      pages: {
        report: at(planted),
        "report-open": { path: at(planted), act: openLine(/personal data/) },
        "report-diff": { path: at(planted), act: press(/^Redact all/) },
        "report-submit": { path: at(planted), act: press(/^Submit/) },
        "report-repaired": at(repaired),
        "report-clean": at(clean),
        "report-many": { path: at(many), act: openLine(/personal data/) },
        "report-refused": at(refused),
      },
    },
  ];
}

async function repair(ida, contributionId, asked) {
  await ida.call("contribution.repair", { contributionId, ...asked });
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const { status } = await ida.call("contribution.get", { contributionId });
    if (status === "ready") return;
    await sleep(500);
  }
  throw new Error(`The file was not read again within ${PATIENCE_MS / 1000} s.`);
}

const definitions = (name, rows) =>
  readFileSync(resolve(root, "samples", "labels", "data", `${name}.csv`), "utf8")
    .split("\n")
    .slice(0, rows + 1)
    .join("\n");

/** Thousands of findings: numbers make each row its own. */
function manyRows() {
  const rows = Array.from({ length: COPIES }, (_, i) => [
    `someone who mends ${i} shoes a day; write to p${i}@mailbox.org,person`,
    `a bird with ${i} feathers,brid`,
    `a room with ${i} chairs,`,
  ]).flat();
  return ["text,label", ...rows].join("\n");
}

const openLine = (title) => async (page) => {
  await page.getByRole("button", { name: title, expanded: false }).first().click();
  await isLoaded(page);
};

const press = (name) => async (page) => {
  await page.getByRole("button", { name }).first().click();
  await page.getByRole("dialog").waitFor();
  await isLoaded(page);
};
