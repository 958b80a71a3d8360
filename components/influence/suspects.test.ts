import { expect, test } from "vitest";
import { countOwn } from "@/server/evaluation/own-counts";
import { parseEvaluation } from "@/server/evaluation/parse";
import { parseInfluence } from "@/server/influence/parse";
import { claimOf, othersTotals } from "@/server/influence/signs";
import { SAMPLES, type SampleKey } from "@/server/sample/catalogue";
import { readSampleFolder } from "@/server/sample/folder";
import { sampleIds } from "@/server/sample/ids";
import { findSuspects } from "./suspects";

const own = (id: string, right: number, n: number, pValue: number) => ({
  id,
  right,
  n,
  othersRight: 96,
  othersN: 144,
  pValue,
  isLower: pValue < 0.05,
});

test("people stand out by the estimate or by their own questions, the clearest first", () => {
  const estimated = [
    { id: "a", label: "Ann", claim: "helped" as const },
    { id: "b", label: "Bob", claim: "hurt" as const },
    { id: "e", label: "Eli", claim: "open" as const },
  ];
  const found = findSuspects(estimated, [own("e", 5, 35, 1e-8), own("b", 30, 35, 1), own("a", 30, 35, 1)]);
  expect(found).toEqual([
    {
      id: "e",
      label: "Eli",
      reasons: [
        "The adapter agrees with Eli on 5 of their 35 own test questions, with everyone else on 96 of 144.",
      ],
    },
    {
      id: "b",
      label: "Bob",
      reasons: ["The estimate says that the rows of Bob hurt: its whole interval lies below zero."],
    },
  ]);
  expect(findSuspects(estimated.slice(0, 1), [])).toEqual([]);
});

/** What the run page of a shipped sample is made from, out of its own files. */
async function suspectsOf(key: SampleKey) {
  const sample = SAMPLES[key];
  const { artifacts, rows } = await readSampleFolder("samples", sample);
  const influence = parseInfluence(artifacts.get("influence.json")!);
  const { items } = parseEvaluation(artifacts.get("evaluation.json")!);
  const ids = sampleIds(key);
  const nameOf = new Map(sample.contributors.map((name) => [ids.account(name), name]));
  const ownerOf = new Map(rows.map(({ id, contributor }) => [id, ids.account(contributor)]));
  const othersOf = othersTotals(influence);
  const estimated = influence.contributors.map(({ id, low, high }) => ({
    id,
    label: nameOf.get(id)!,
    claim: claimOf({ low, high, others: othersOf(id) }),
  }));
  return findSuspects(estimated, countOwn(items, ownerOf));
}

test("the shipped runs name the careless contributor of each sample and nobody else", async () => {
  const wordForms = await suspectsOf("word-forms");
  expect(wordForms.map(({ label, reasons }) => [label, reasons])).toEqual([
    [
      "emil",
      ["The adapter agrees with emil on 3 of their 38 own test questions, with everyone else on 95 of 151."],
    ],
  ]);
  const labels = await suspectsOf("labels");
  expect(labels.map(({ label, reasons }) => [label, reasons])).toEqual([
    [
      "eli",
      ["The adapter agrees with eli on 6 of their 35 own test questions, with everyone else on 115 of 144."],
    ],
  ]);
  expect([SAMPLES["word-forms"].careless, SAMPLES.labels.careless]).toEqual(["emil", "eli"]);
});
