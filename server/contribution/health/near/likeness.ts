/**
 * From this likeness two texts are near-duplicates: weighted Jaccard of their shingles. Chosen on planted pairs of
 * other seeds than those that `npm run bench -- intake` reports on.
 */
export function threshold(kind: number, words: number): number {
  if (kind === 1) return 0.4;
  return words < 6 ? 0.65 : words < 10 ? 0.55 : 0.5;
}

const SLOTS = 1 << 20;
/** Shingles in more texts than this share belong to a template and say little about two texts being copies. */
const COMMON_SHARE = 0.02;
const COMMON_LEAST = 3;

/** In how many texts each shingle stands, roughly: 4 MB whatever is counted. */
export class ShingleCounts {
  private readonly counts = new Uint32Array(SLOTS);
  private texts = 0;

  add(hashes: Int32Array): void {
    this.texts += 1;
    for (let i = 0; i < hashes.length; i += 1) this.counts[hashes[i]! & (SLOTS - 1)]! += 1;
  }

  /** Σ weight of the shingles of a text, once all texts were counted. */
  weight(hashes: Int32Array): number {
    const common = this.common();
    let sum = 0;
    for (let i = 0; i < hashes.length; i += 1) {
      const count = this.counts[hashes[i]! & (SLOTS - 1)]!;
      sum += count <= common ? 1 : common / count;
    }
    return sum;
  }

  private common(): number {
    return Math.max(COMMON_LEAST, COMMON_SHARE * this.texts);
  }

  /** Σ weight of shared shingles / Σ weight of all, with weight min(1, common / texts that hold it). */
  likeness(a: Int32Array, b: Int32Array): number {
    const common = this.common();
    let shared = 0;
    let all = 0;
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
      const isA = j >= b.length || (i < a.length && a[i]! <= b[j]!);
      const hash = isA ? a[i]! : b[j]!;
      const count = this.counts[hash & (SLOTS - 1)]!;
      const weight = count <= common ? 1 : common / count;
      all += weight;
      if (i < a.length && j < b.length && a[i] === b[j]) {
        shared += weight;
        i += 1;
        j += 1;
      } else if (isA) i += 1;
      else j += 1;
    }
    return all === 0 ? 0 : shared / all;
  }
}
