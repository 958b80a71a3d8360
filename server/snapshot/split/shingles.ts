/** Texts up to this many words are compared by character n-grams, also those that word shingles cover. */
export const CHARACTER_MAX_WORDS = 75;
/** Texts from this many words are compared by word shingles; the bands overlap so that no pair falls between. */
export const WORD_MIN_WORDS = 50;
export const CHARACTER_N = 4;
export const WORD_N = 5;
/** A longer text is compared by its smallest hashes, the same ones in every text that shares them. */
const MOST_SHINGLES = 1000;

/** Lower case, NFKC, letters and digits only, single spaces: what two texts are compared by. */
export function comparable(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

export const wordsOf = (comparableText: string): string[] =>
  comparableText === "" ? [] : comparableText.split(" ");

/** FNV-1a over UTF-16 units, 32 bits. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Distinct hashed character n-grams of the text between spaces, so that word starts and ends count. */
export function characterShingles(comparableText: string): number[] {
  const padded = ` ${comparableText} `;
  const set = new Set<number>();
  for (let i = 0; i + CHARACTER_N <= padded.length; i += 1) set.add(hash32(padded.slice(i, i + CHARACTER_N)));
  if (set.size === 0) set.add(hash32(padded));
  return sketch(set);
}

/** Distinct hashed runs of five words. */
export function wordShingles(words: readonly string[]): number[] {
  const set = new Set<number>();
  for (let i = 0; i + WORD_N <= words.length; i += 1) set.add(hash32(words.slice(i, i + WORD_N).join(" ")));
  return sketch(set);
}

/** All runs of `n` words, for the leak check. */
export function wordRuns(words: readonly string[], n: number): string[] {
  const runs: string[] = [];
  for (let i = 0; i + n <= words.length; i += 1) runs.push(words.slice(i, i + n).join(" "));
  return runs;
}

function sketch(set: Set<number>): number[] {
  const all = [...set];
  if (all.length <= MOST_SHINGLES) return all;
  return all.sort((a, b) => mix(a) - mix(b)).slice(0, MOST_SHINGLES);
}

/** A bijective 32-bit mixer (Murmur3's finaliser): spreads what FNV leaves close. */
export function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
