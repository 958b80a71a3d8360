import { hash } from "node:crypto";
import { wordlist } from "@scure/bip39/wordlists/english";
import { addSpan, type Span } from "./span";

/** Words of a phrase, the longest first (BIP-39). */
const LENGTHS = [24, 21, 18, 15, 12] as const;
/** A longer run of listed words is the list itself, or part of it. */
const MOST_WORDS = 60;

/** Membership by a hash of the word: exact words are looked at only where twelve in a row have one. */
const SLOTS = 1 << 16;
const known = new Uint8Array(SLOTS);
const step = (hash: number, code: number) => Math.imul(hash ^ (code | 32), 0x01000193);
const START = 0x811c9dc5 | 0;
for (const word of wordlist) {
  let hash = START;
  for (let i = 0; i < word.length; i += 1) hash = step(hash, word.charCodeAt(i));
  known[(hash ^ (hash >>> 15)) & (SLOTS - 1)] = 1;
}

const isLetter = (code: number) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

/** Adds each BIP-39 phrase (English list, any case, numbered or with commas) whose checksum is right. */
export function findSeedPhrases(text: string, spans: Span[]): void {
  let run = 0;
  let runStart = 0;
  for (let i = 0; i <= text.length; i += 1) {
    if (!isLetter(text.charCodeAt(i))) {
      // A letter of another script ends the run; signs and digits between words do not.
      if (text.charCodeAt(i) > 0x2ff) {
        if (run >= 12) search(text, runStart, i, spans);
        run = 0;
      }
      continue;
    }
    const wordStart = i;
    let hash = START;
    for (; isLetter(text.charCodeAt(i)); i += 1) hash = step(hash, text.charCodeAt(i));
    const length = i - wordStart;
    const isKnown = length >= 3 && length <= 8 && known[(hash ^ (hash >>> 15)) & (SLOTS - 1)] === 1;
    if (isKnown) {
      if (run === 0) runStart = wordStart;
      run += 1;
    } else {
      if (run >= 12) search(text, runStart, wordStart, spans);
      run = 0;
    }
    i -= 1;
  }
  if (run >= 12) search(text, runStart, text.length, spans);
}

function search(text: string, start: number, end: number, spans: Span[]): void {
  const words = [...text.slice(start, end).matchAll(/[A-Za-z]+/g)];
  if (words.length > MOST_WORDS || new Set(words.map(([word]) => word)).size < 12 * LEAST_DIFFERENT) return;
  const indexes = words.map(([word]) => INDEX.get(word.toLowerCase()) ?? -1);
  for (let from = 0; from + 12 <= words.length; from += 1) {
    const length = LENGTHS.find((count) => isPhrase(indexes.slice(from, from + count), count));
    if (length === undefined) continue;
    const last = words[from + length - 1]!;
    addSpan(spans, {
      start: start + words[from]!.index,
      end: start + last.index + last[0].length,
      kind: "seed_phrase",
    });
    from += length - 1;
  }
}

const INDEX = new Map(wordlist.map((word, i) => [word, i]));
/** Words drawn at random hardly repeat: of twelve, fewer than eight different ones are a refrain. */
const LEAST_DIFFERENT = 2 / 3;

/** BIP-39: eleven bits a word; the last length / 3 bits are the head of the SHA-256 of the others. */
function isPhrase(indexes: readonly number[], length: number): boolean {
  if (indexes.length !== length || indexes.includes(-1)) return false;
  if (new Set(indexes).size < LEAST_DIFFERENT * length) return false;
  const bits = indexes.map((index) => index.toString(2).padStart(11, "0")).join("");
  const checkBits = length / 3;
  const entropy = bits.slice(0, -checkBits);
  const bytes = Uint8Array.from({ length: entropy.length / 8 }, (_, i) =>
    Number.parseInt(entropy.slice(i * 8, i * 8 + 8), 2),
  );
  const head = hash("sha256", bytes, "buffer")[0]!.toString(2).padStart(8, "0");
  return bits.endsWith(head.slice(0, checkBits));
}
