import { createHash } from "node:crypto";
import { generator } from "../../samples/common.mjs";

/** What a leak looks like: a test question that comes back in another row. */
const KINDS = {
  "the same text": (text) => text,
  "other case and punctuation": (text) => `${text.toUpperCase().replace(/[,;]/g, "")}!`,
  "other spaces and quotes": (text) => `  “${text.replace(/ /g, "  ")}” `,
  "one word changed": (text, words) => changeOneWord(text, words),
  "thirteen words of it inside another text": (text, words) =>
    runOf(text) && `${words.slice(0, 3).join(" ")} ${runOf(text)} ${words.slice(3, 6).join(" ")}`,
};
const PLANTED = 60;
const SEED = 6;

/**
 * Splits the rows, plants every kind of leak of up to 60 test questions, one kind at a time, and splits again: a leak is missed
 * when one of original and copy stands in the test and the other in train or validation.
 */
export function plantLeaks(rows, splitRows) {
  const input = rows.map((row, i) => toInput(row, `row ${i}`));
  const options = { key: hash("bench.evaluation") };
  const before = splitRows(input, options).rows;
  const { shuffle } = generator(SEED);
  const tested = shuffle(input.filter((_, i) => before[i].side === "test"));
  const words = rows.flatMap(({ prompt }) => prompt.split(" ")).filter((word) => word.length > 5);
  return Object.entries(KINDS).map(([kind, change]) => {
    const pairs = tested
      .map((original) => ({ original, text: change(original.prompt, shuffle(words)) }))
      .filter(({ text }) => text)
      .slice(0, PLANTED)
      .map(({ original, text }, i) => ({
        original,
        copy: toInput({ ...original, prompt: text }, `${kind} ${i}`),
      }));
    const all = [...input, ...pairs.map(({ copy }) => copy)];
    const places = new Map(splitRows(all, options).rows.map((place) => [place.leaf, place.side]));
    const sides = pairs.map(({ original, copy }) => [places.get(original.leaf), places.get(copy.leaf)]);
    const isTrained = (side) => side === "train" || side === "validation";
    const inTest = sides.filter((pair) => pair.includes("test"));
    const missed = inTest.filter((pair) => pair.some(isTrained)).length;
    return { kind, planted: inTest.length, found: inTest.length - missed };
  });
}

const hash = (text) => createHash("sha256").update(text).digest("hex");
const toInput = ({ prompt, answer }, leaf) => ({
  leaf: hash(leaf),
  rowHash: hash(JSON.stringify([prompt, answer])),
  prompt,
  answer,
  category: answer,
  source: "",
});

function changeOneWord(text, words) {
  const own = text.split(" ");
  if (own.length < 8) return null;
  own[Math.floor(own.length / 2)] = words[0];
  return own.join(" ");
}

function runOf(text) {
  const own = text.split(" ");
  return own.length < 13 ? null : own.slice(0, 13).join(" ");
}
