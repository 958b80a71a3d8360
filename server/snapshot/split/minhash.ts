import { mix } from "./shingles";

/**
 * Sets of shingles by text, with a weight per shingle. A shingle found in many texts belongs to a template
 * ("What is the noun for …") and says little about two texts being copies, so its weight falls as
 * commonTexts / texts that hold it.
 */
export type WeightedSets = { sets: Int32Array[]; weights: Float64Array; hashes: Uint32Array };

export type MinHashSettings = {
  bands: number;
  /** Hashes per band: two texts of similarity s meet with probability 1 − (1 − s^rows)^bands. */
  rows: number;
  /** Weighted Jaccard from which texts `a` and `b` (by index) are near-duplicates. */
  threshold: (a: number, b: number) => number;
};

/** Shingles in more texts than this share begin to lose weight. */
const COMMON_SHARE = 0.02;
const COMMON_LEAST = 3;
/** Texts of one bucket that a newcomer is compared with: bounds the work where thousands share a bucket. */
const BUCKET_REPRESENTATIVES = 16;

export function weightedSets(shingles: readonly (readonly number[])[]): WeightedSets {
  const ids = new Map<number, number>();
  const counts: number[] = [];
  const sets = shingles.map((list) => {
    const set = new Int32Array(list.length);
    list.forEach((hash, i) => {
      let id = ids.get(hash);
      if (id === undefined) {
        id = counts.length;
        ids.set(hash, id);
        counts.push(0);
      }
      counts[id]! += 1;
      set[i] = id;
    });
    return set.sort();
  });
  const common = Math.max(COMMON_LEAST, COMMON_SHARE * shingles.length);
  const weights = Float64Array.from(counts, (texts) => Math.min(1, common / texts));
  return { sets, weights, hashes: Uint32Array.from(ids.keys()) };
}

/** Σ weight of shared shingles / Σ weight of all shingles of both. */
export function weightedJaccard(a: Int32Array, b: Int32Array, weights: Float64Array): number {
  let shared = 0;
  let all = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = i < a.length ? a[i]! : Number.POSITIVE_INFINITY;
    const y = j < b.length ? b[j]! : Number.POSITIVE_INFINITY;
    const weight = weights[Math.min(x, y)]!;
    all += weight;
    if (x === y) shared += weight;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  return all === 0 ? 0 : shared / all;
}

/**
 * Calls `link` for pairs at or above the threshold. Candidates come from weighted MinHash in bands: with h(s)
 * uniform per shingle, the shingle that minimises −ln h(s) / w(s) is the same for two sets with probability equal
 * to their weighted Jaccard (exponential race; Ioffe 2010 for the general case). Every candidate is then measured
 * exactly, so a pair is never linked by chance. `isLinked` skips pairs that are already in one cluster.
 */
export function nearDuplicates(
  input: WeightedSets,
  settings: MinHashSettings,
  isLinked: (a: number, b: number) => boolean,
  link: (a: number, b: number) => void,
): void {
  const { sets, weights, hashes } = input;
  const { bands, rows, threshold } = settings;
  const races = Array.from({ length: rows }, () => new Float32Array(hashes.length));
  for (let band = 0; band < bands; band += 1) {
    races.forEach((race, row) => {
      fillRace(race, hashes, weights, band * rows + row + 1);
    });
    const buckets = new Map<number, number[]>();
    sets.forEach((set, text) => {
      if (set.length === 0) return;
      let key = 0;
      for (const race of races) key = mix(key ^ hashes[winner(set, race)]!);
      const bucket = buckets.get(key);
      if (bucket === undefined) {
        buckets.set(key, [text]);
        return;
      }
      for (const other of bucket) {
        if (isLinked(other, text)) continue;
        if (weightedJaccard(sets[other]!, set, weights) >= threshold(other, text)) link(other, text);
      }
      if (bucket.length < BUCKET_REPRESENTATIVES) bucket.push(text);
    });
  }
}

function fillRace(race: Float32Array, hashes: Uint32Array, weights: Float64Array, seed: number): void {
  const salt = mix(seed * 0x9e3779b1);
  for (let id = 0; id < hashes.length; id += 1) {
    const uniform = (mix(hashes[id]! ^ salt) + 0.5) / 4_294_967_296;
    race[id] = -Math.log(uniform) / weights[id]!;
  }
}

function winner(set: Int32Array, race: Float32Array): number {
  let best = set[0]!;
  for (const id of set) if (race[id]! < race[best]!) best = id;
  return best;
}
