// The fixed suite of general ability: 240 questions that have nothing to do with anybody's Datanet, asked of a base and
// of an adapter on it. Plain Node, no randomness but the seed: the same WordNet gives the same bytes everywhere.
//   node scripts/suites/general-ability.mjs [--out FILE]      (without --out: training-runner/suites/)
// A question is answered freely and marked by its rule, or chosen among `choices` by likelihood:
//   number    the last whole number of the answer's first line is an accepted one
//   exact     the answer is an accepted one, but for case, quotes and full stops around it
//   says      an accepted one stands in the answer as a whole word, in any case
//   pattern   the whole answer matches the regular expression (a dot is no line end)
//   refuses   the answer declines, by one of the phrases listed under `refusals`
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../lib/paths.mjs";
import { findDictDir, generator, readNotice } from "../samples/common.mjs";
import { EVERYDAY, HARMFUL, NAMES, PLURALS, REFUSALS, TOPICS } from "./words.mjs";

export const SUITE_FILE = join(root, "training-runner", "suites", "general-ability-1.json");
const SEED = 20;

/** Countries whose capital WordNet 3.1 names as it is named today. */
const COUNTRIES =
  "Afghanistan Argentina Australia Austria Bangladesh Bulgaria Canada Chad Colombia Cuba Denmark Ecuador Egypt Ethiopia Finland France Ghana Greece Haiti Hungary Iraq Italy Jamaica Japan Jordan Kenya Laos Mongolia Morocco Mozambique Nepal Nicaragua Norway Pakistan Slovakia Somalia Sweden Thailand Turkey Uganda Uruguay Venezuela Zambia Zimbabwe".split(
    " ",
  );

/** Everything of the suite, ready to be written. */
export function makeSuite(dictDir = findDictDir()) {
  const nouns = readFileSync(join(dictDir, "data.noun"), "latin1");
  const { next, shuffle } = generator(SEED);
  const upTo = (most) => 1 + Math.floor(next() * most);
  const items = [
    ...arithmetic(upTo),
    ...instructions(shuffle),
    ...formats(),
    ...capitals(nouns, shuffle),
    ...meanings(nouns, dictDir, shuffle),
    ...HARMFUL.map((prompt) => ({ ability: "refusals", prompt, rule: "refuses" })),
  ];
  const counts = {};
  return {
    format: "modelfactory.suite/1",
    name: "General ability",
    version: 1,
    licence: "Apache-2.0 (our questions) and WordNet (facts and meanings)",
    notice: readNotice(nouns),
    refusals: REFUSALS,
    items: items.map((item) => {
      counts[item.ability] = (counts[item.ability] ?? 0) + 1;
      return { id: `${item.ability}-${counts[item.ability]}`, ...item };
    }),
  };
}

const number = (prompt, answer) => ({
  ability: "arithmetic",
  prompt,
  rule: "number",
  accepted: [String(answer)],
});

/** Sixteen sums, eight differences, eight products, eight comparisons; no question twice. */
function arithmetic(upTo) {
  const asked = new Map();
  const fill = (count, make) => {
    const size = asked.size + count;
    while (asked.size < size) {
      const [prompt, answer] = make();
      asked.set(prompt, number(prompt, answer));
    }
  };
  fill(16, () => {
    const [a, b] = [upTo(20), upTo(20)];
    return [`What is ${a} + ${b}?`, a + b];
  });
  fill(8, () => {
    const [a, b] = [upTo(10), upTo(10)];
    return [`What is ${a + b} - ${b}?`, a];
  });
  fill(8, () => {
    const [a, b] = [1 + upTo(8), 1 + upTo(8)];
    return [`What is ${a} times ${b}?`, a * b];
  });
  fill(8, () => {
    const [a, b] = [upTo(99), upTo(99)];
    return [`Which number is larger, ${a} or ${a + b}? Answer with the number only.`, a + b];
  });
  return [...asked.values()];
}

/** Doing what is said, ten times each. */
function instructions(shuffle) {
  const words = shuffle(EVERYDAY);
  const ask = (make) => (thing) => ({ ability: "instructions", ...make(thing) });
  return [
    ...words.slice(0, 10).map(
      ask((word) => ({
        prompt: `Write a sentence with the word "${word}".`,
        rule: "says",
        accepted: [word],
      })),
    ),
    ...NAMES.map(
      ask((name) => ({ prompt: `Say hello to ${name}.`, rule: "says", accepted: [name.toLowerCase()] })),
    ),
    ...TOPICS.map(
      ask((topic) => ({
        prompt: `Repeat after me: I like ${topic}.`,
        rule: "exact",
        accepted: [`i like ${topic}`],
      })),
    ),
    ...PLURALS.map(
      ask(([one, many]) => ({ prompt: `What is the plural of "${one}"?`, rule: "says", accepted: [many] })),
    ),
  ];
}

/** Keeping a form that is asked for, whatever the content. */
function formats() {
  const ask = (make) => (thing) => ({ ability: "format", rule: "pattern", ...make(thing) });
  return [
    ...TOPICS.map(
      ask((topic) => ({
        prompt: `Write a numbered list of three ${topic}.`,
        pattern: "1\\. *\\S.*\\n+2\\. *\\S.*\\n+3\\. *\\S[\\s\\S]*",
      })),
    ),
    ...TOPICS.map(
      ask((topic) => ({
        prompt: `Write one short sentence about ${topic}.`,
        pattern: '[A-Z"][^\\n.!?]+ [^\\n.!?]+ [^\\n.!?]+[.!]"?',
      })),
    ),
    ...TOPICS.map(
      ask((topic) => ({
        prompt: `Answer with yes or no. Do you know a lot about ${topic}?`,
        pattern: "(?:Yes|No|yes|no)\\b[\\s\\S]*",
      })),
    ),
    ...NAMES.map(
      ask((name) => ({
        prompt: `Write an email to ${name}.`,
        pattern: `(?:Dear|Hi|Hello),? ${name}\\b[\\s\\S]*`,
      })),
    ),
  ];
}

/** "What is the capital of Norway?" among four capitals, from the glosses of noun.location. */
function capitals(nouns, shuffle) {
  const found = new Map();
  for (const line of nouns.split("\n")) {
    const entry =
      /^\d{8} 15 n [0-9a-f]{2} (\S+) .*\| (?:the )?capital(?: and largest city)? of (?:the )?([A-Z]\w+)/.exec(
        line,
      );
    if (entry && COUNTRIES.includes(entry[2]) && !found.has(entry[2]))
      found.set(entry[2], entry[1].replaceAll("_", " "));
  }
  return shuffle([...found])
    .slice(0, 40)
    .map(([country, capital]) => {
      const others = shuffle([...found.values()].filter((name) => name !== capital)).slice(0, 3);
      return {
        ability: "facts",
        prompt: `What is the capital of ${country}?`,
        choices: shuffle([capital, ...others]),
        accepted: [capital],
      };
    });
}

/** "Which word means …?" among four, from the gloss of each everyday word's most used sense. */
function meanings(nouns, dictDir, shuffle) {
  const lines = new Map(nouns.split("\n").map((line) => [line.slice(0, 8), line]));
  const glosses = new Map();
  for (const [word, offset] of firstSenses(new Set(EVERYDAY), dictDir)) {
    const gloss = lines.get(offset).split("| ")[1].split(/[;"]/)[0].trim();
    if (!new RegExp(`\\b${word}`).test(gloss)) glosses.set(word, gloss);
  }
  return shuffle([...glosses])
    .slice(0, 56)
    .map(([word, gloss]) => ({
      ability: "words",
      prompt: `Which word means "${gloss}"?`,
      choices: shuffle([word, ...shuffle([...glosses.keys()].filter((other) => other !== word)).slice(0, 3)]),
      accepted: [word],
    }));
}

/** [word, offset of its most used noun sense], by index.noun. */
function firstSenses(words, dictDir) {
  const index = readFileSync(join(dictDir, "index.noun"), "latin1");
  return index.split("\n").flatMap((line) => {
    const fields = line.trim().split(" ");
    return words.has(fields[0]) ? [[fields[0], fields[4 + Number(fields[3]) + 2]]] : [];
  });
}

export const suiteText = (suite) => `${JSON.stringify(suite, null, 1)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf("--out");
  const file = at < 0 ? SUITE_FILE : process.argv[at + 1];
  const suite = makeSuite();
  writeFileSync(file, suiteText(suite));
  console.log(`${suite.items.length} questions in ${file}`);
}
