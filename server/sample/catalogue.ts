import type { Goal } from "@/db/schema/datanet.constants";

/** One sample: a Datanet of real text with a finished run, shipped under samples/KEY and seeded at the first start. */
export type Sample = {
  key: SampleKey;
  goal: Goal;
  name: string;
  purpose: string;
  guidelines: string;
  licence: string;
  labels: readonly string[];
  owner: string;
  validator: string;
  /** Each has one file, samples/KEY/data/NAME.csv, in this order. */
  contributors: readonly string[];
  /** Whose rows are wrong in one direction, on purpose: leaving them out must pay. */
  careless: string;
  /** Whose rows repeat those of others. */
  nearDuplicates: string;
  base: string;
  preset: "quick";
  /** A person's own run on it gets a seed of theirs (`ownSeed`), so that it makes a file of its own. */
  seed: number;
};
export const SAMPLE_KEYS = ["word-forms", "labels"] as const;
export type SampleKey = (typeof SAMPLE_KEYS)[number];

/** Fixed and public, so that anyone can make the same split again; a sample's test is a secret to nobody. */
export const SAMPLE_SPLIT_KEY = "modelfactory.sample.split/1";

/** In the order of their seeding: the first is what a newcomer is led to. */
export const SAMPLES: Record<SampleKey, Sample> = {
  "word-forms": {
    key: "word-forms",
    goal: "answer",
    name: "Word forms",
    purpose: "Give the noun that belongs to a verb: decide, decision. The pairs are WordNet's.",
    guidelines:
      "The question names an English verb; the answer is one noun that WordNet derives from it and that names the act or its result, not the doer. One word, lower case. Several nouns can be right: each is a row of its own.",
    licence: "WordNet",
    labels: [],
    owner: "Sample owner",
    validator: "Sample validator",
    contributors: ["anna", "bert", "cleo", "dora", "emil"],
    careless: "emil",
    nearDuplicates: "dora",
    base: "smollm2-135m-instruct",
    preset: "quick",
    seed: 7,
  },
  labels: {
    key: "labels",
    goal: "label",
    name: "What is described?",
    purpose: "Sort short dictionary definitions into eight kinds of thing. The definitions are WordNet's.",
    guidelines:
      "The question is a definition as it stands in WordNet, without the word it defines. The answer names what kind of thing is described: animal, body, food, object, person, place, plant or substance. Reject a definition that fits two kinds equally well.",
    licence: "WordNet",
    labels: ["animal", "body", "food", "object", "person", "place", "plant", "substance"],
    owner: "Sample owner",
    validator: "Sample validator",
    contributors: ["ava", "ben", "chen", "dana", "eli"],
    careless: "eli",
    nearDuplicates: "dana",
    base: "smollm2-135m-instruct",
    preset: "quick",
    seed: 7,
  },
};
