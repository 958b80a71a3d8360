import { DisjointSets } from "./disjoint";
import { nearDuplicates, weightedSets } from "./minhash";
import {
  CHARACTER_MAX_WORDS,
  characterShingles,
  comparable,
  WORD_MIN_WORDS,
  wordShingles,
  wordsOf,
} from "./shingles";

export type ClusterInput = {
  rowHash: string;
  prompt: string;
  source: string;
  /** The cluster of an earlier version: what was together stays together. */
  previousCluster?: string;
};
export type Clusters = {
  /** By input position: the smallest row hash of its cluster. */
  clusterOf: string[];
  /** By input position: the prompt as it was compared; equal ones are exact duplicates. */
  texts: string[];
  links: { exact: number; near: number; meaning: number; source: number; previous: number };
  /** Values of `source` that so many rows share that they name a collection rather than a document. */
  ignoredSources: string[];
};

/**
 * Measured on WordNet glosses (cluster.test.ts prints it): with one word in ten replaced, two texts of 10 words
 * and more keep a weighted 4-gram Jaccard of 0.51 (1st percentile), while strangers reach 0.10–0.23 (95th). In
 * shorter texts one word is a larger part of the meaning and strangers come closer, so the bar is higher there;
 * an added "this is", a dropped article or other punctuation stay above 0.79 at any length.
 */
export const CHARACTER_THRESHOLDS = [
  { belowWords: 6, threshold: 0.65 },
  { belowWords: 10, threshold: 0.55 },
  { belowWords: Number.POSITIVE_INFINITY, threshold: 0.5 },
] as const;
/** One word in ten replaced leaves 0.30 of the word 5-shingles (1st percentile), strangers share 0.05 (99th). */
export const WORD_THRESHOLD = 0.25;
/** 1 − (1 − 0.5³)⁴⁰ = 99.5 % of pairs at the lowest character threshold meet in a band. */
const CHARACTER_BANDS = { bands: 40, rows: 3 };
/** 1 − (1 − 0.3²)⁶⁰ = 99.6 % of pairs that share 0.3 of their word shingles. */
const WORD_BANDS = { bands: 60, rows: 2 };
/** What more rows than this (or than this share of them) have in common does not join them. */
const MOST_ROWS = 50;
const MOST_SHARE = 0.1;
const mostInCommon = (rows: number) => Math.max(3, Math.min(MOST_ROWS, MOST_SHARE * rows));

/**
 * Attribution clusters (attribution.md §1): exact duplicates ∪ near-duplicates of the prompt ∪ `alike` (positions of
 * two rows that ask the same in other words) ∪ same source document or conversation, closed under union. The answer
 * takes no part: a row that asks the same is a leak whatever its answer says.
 */
export function clusterRows(
  rows: readonly ClusterInput[],
  alike: readonly (readonly [number, number])[] = [],
): Clusters {
  const sets = new DisjointSets(rows.length);
  const links = { exact: 0, near: 0, meaning: 0, source: 0, previous: 0 };
  const link = (kind: keyof typeof links, a: number, b: number) => {
    if (sets.join(a, b)) links[kind] += 1;
  };

  // Text of signs alone has nothing to compare; it is only ever equal to itself.
  const texts = rows.map((row) => comparable(row.prompt) || row.prompt.trim());
  const firstOf = new Map<string, number>();
  texts.forEach((text, i) => {
    const first = firstOf.get(text);
    if (first === undefined) firstOf.set(text, i);
    else link("exact", first, i);
  });

  // Weights shift as rows are added, and a pair near the threshold must not part across the sides.
  const firstOfPrevious = new Map<string, number>();
  rows.forEach(({ previousCluster }, i) => {
    if (previousCluster === undefined) return;
    const first = firstOfPrevious.get(previousCluster);
    if (first === undefined) firstOfPrevious.set(previousCluster, i);
    else link("previous", first, i);
  });

  const ignoredSources = linkSources(rows, (a, b) => link("source", a, b));

  const unique = [...firstOf.values()].map((row) => {
    const words = wordsOf(texts[row]!);
    return { row, words, text: texts[row]! };
  });
  const isLinked = (members: typeof unique) => (a: number, b: number) =>
    sets.find(members[a]!.row) === sets.find(members[b]!.row);
  const join = (members: typeof unique) => (a: number, b: number) =>
    link("near", members[a]!.row, members[b]!.row);
  const short = unique.filter(({ words }) => words.length <= CHARACTER_MAX_WORDS);
  const threshold = (a: number, b: number) => {
    const least = Math.min(short[a]!.words.length, short[b]!.words.length);
    return CHARACTER_THRESHOLDS.find(({ belowWords }) => least < belowWords)!.threshold;
  };
  const shortSets = weightedSets(short.map(({ text }) => characterShingles(text)));
  nearDuplicates(shortSets, { ...CHARACTER_BANDS, threshold }, isLinked(short), join(short));
  const long = unique.filter(({ words }) => words.length >= WORD_MIN_WORDS);
  const longSets = weightedSets(long.map(({ words }) => wordShingles(words)));
  nearDuplicates(longSets, { ...WORD_BANDS, threshold: () => WORD_THRESHOLD }, isLinked(long), join(long));

  for (const [a, b] of fewAlike(rows.length, alike)) link("meaning", a, b);

  const smallest = new Map<number, string>();
  rows.forEach((row, i) => {
    const root = sets.find(i);
    const least = smallest.get(root);
    if (least === undefined || row.rowHash < least) smallest.set(root, row.rowHash);
  });
  return { clusterOf: rows.map((_, i) => smallest.get(sets.find(i))!), texts, links, ignoredSources };
}

/** Without those of groups so large that they share a form of words ("What is 3 plus 5?") rather than a question. */
function fewAlike(rows: number, alike: readonly (readonly [number, number])[]) {
  const groups = new DisjointSets(rows);
  for (const [a, b] of alike) groups.join(a, b);
  const sizes = new Map<number, number>();
  for (const i of new Set(alike.flat())) sizes.set(groups.find(i), (sizes.get(groups.find(i)) ?? 0) + 1);
  return alike.filter(([a]) => sizes.get(groups.find(a))! <= mostInCommon(rows));
}

function linkSources(rows: readonly ClusterInput[], link: (a: number, b: number) => void): string[] {
  const bySource = new Map<string, number[]>();
  rows.forEach((row, i) => {
    if (row.source === "") return;
    const members = bySource.get(row.source);
    if (members === undefined) bySource.set(row.source, [i]);
    else members.push(i);
  });
  const most = mostInCommon(rows.length);
  const ignored: string[] = [];
  for (const [source, members] of bySource) {
    if (members.length > most) ignored.push(source);
    else for (const member of members) link(members[0]!, member);
  }
  return ignored.sort();
}
