/** Texts with fewer words are compared by character 4-grams; those from WORDS_FROM by runs of three words. */
const CHARACTERS_BELOW = 56;
const WORDS_FROM = 46;
const CHARACTER_N = 4;
const WORD_N = 3;
/** A longer text is compared by this many of its smallest hashes, the same in every text that shares them. */
export const MOST_SHINGLES = 1000;

/** `words` decides the threshold; hashes ascend and are distinct. Valid until the next text. */
export type ShingleSet = { kind: 0 | 1; words: number; hashes: Int32Array };

let codes = new Uint16Array(4096);
let wordHashes = new Int32Array(1024);
let found = new Int32Array(4096);
const isAscii = (text: string) => !/[^ -~\s]/.test(text);

/** Signs and spaces of scripts beyond ASCII that part words, roughly Unicode's P, S and Z. */
const isSign = (code: number) =>
  code < 0xc0 ||
  (code >= 0x2000 && code <= 0x2bff) ||
  (code >= 0x3000 && code <= 0x303f) ||
  (code >= 0xff00 && code <= 0xff0f) ||
  code === 0xd7 ||
  code === 0xf7;

/** Lower case, letters and digits with single spaces, into `codes`; returns its length. */
function normalise(text: string): number {
  const plain = isAscii(text) ? text : text.normalize("NFKC").toLowerCase();
  if (codes.length < plain.length + 2) codes = new Uint16Array(2 * plain.length + 2);
  let length = 0;
  codes[length++] = 32;
  for (let i = 0; i < plain.length; i += 1) {
    let code = plain.charCodeAt(i);
    if (code >= 65 && code <= 90) code |= 32;
    else if (!((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 0xc0 && !isSign(code))))
      code = 32;
    if (code !== 32 || codes[length - 1] !== 32) codes[length++] = code;
  }
  if (codes[length - 1] !== 32) codes[length++] = 32;
  return length;
}

/** Murmur3's finaliser: spreads what the sums below leave close. */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Calls `take` with the one or two sets that a text is compared by; with none where it holds no word. */
export function shingle(text: string, take: (set: ShingleSet) => void): void {
  const length = normalise(text);
  if (length < 3) return;
  let words = 0;
  let hash = 0;
  if (wordHashes.length < length) wordHashes = new Int32Array(2 * length);
  for (let i = 1; i < length; i += 1) {
    if (codes[i] === 32) {
      wordHashes[words++] = mix(hash);
      hash = 0;
    } else hash = Math.imul(hash, 0x01000193) ^ codes[i]!;
  }
  if (words < CHARACTERS_BELOW) take({ kind: 0, words, hashes: distinct(characterGrams(length)) });
  if (words >= WORDS_FROM) take({ kind: 1, words, hashes: distinct(wordRuns(words)) });
}

function room(size: number): void {
  if (found.length < size) found = new Int32Array(2 * size);
}

function characterGrams(length: number): number {
  room(length);
  let count = 0;
  for (let i = 0; i + CHARACTER_N <= length; i += 1) {
    const low = codes[i]! | (codes[i + 1]! << 16);
    const high = codes[i + 2]! | (codes[i + 3]! << 16);
    found[count++] = mix(Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77));
  }
  if (count === 0) found[count++] = mix(codes[1]!);
  return count;
}

function wordRuns(words: number): number {
  room(words);
  let count = 0;
  for (let i = 0; i + WORD_N <= words; i += 1)
    found[count++] = mix(
      Math.imul(wordHashes[i]!, 0x9e3779b1) ^
        Math.imul(wordHashes[i + 1]!, 0x85ebca77) ^
        Math.imul(wordHashes[i + 2]!, 0xc2b2ae3d),
    );
  return count;
}

function distinct(count: number): Int32Array {
  const all = found.subarray(0, count).sort();
  let kept = 1;
  for (let i = 1; i < count; i += 1) if (all[i] !== all[i - 1]) all[kept++] = all[i]!;
  return all.subarray(0, Math.min(kept, MOST_SHINGLES));
}
