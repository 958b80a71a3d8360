import { isUtf8 } from "node:buffer";
import chardet from "chardet";
import { FileRefused, problem } from "./codes";

export type ByteSource = AsyncIterable<Uint8Array>;

export type DecodeOptions = {
  maxBytes: number;
  /** An encoding the person confirmed; UTF-8 unless given. A name that TextDecoder knows. */
  encoding?: string;
  onBytes?: (total: number) => void;
};

/** Reads at least `bytes` ahead (or to the end) and gives them back with a source that starts over. */
export async function peek(
  source: ByteSource,
  bytes: number,
): Promise<{ head: Buffer; whole: boolean; source: ByteSource }> {
  const iterator = source[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  let size = 0;
  let whole = false;
  while (size < bytes) {
    const next = await iterator.next();
    if (next.done) {
      whole = true;
      break;
    }
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    taken.push(chunk);
    size += chunk.length;
  }
  async function* again() {
    try {
      yield* taken;
      if (whole) return;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  const head = Buffer.concat(taken);
  return { head: head.subarray(0, bytes), whole: whole && head.length <= bytes, source: again() };
}

/**
 * Bytes to text, counting: FILE_TOO_LARGE as soon as the counted bytes pass the cap, ENCODING at the first
 * byte that is not UTF-8 (counted from 0). A surrogate written as three bytes passes as a lone surrogate, so
 * that its row can be named by TEXT_CONTROL instead of refusing the file.
 */
export async function* decode(source: ByteSource, options: DecodeOptions): AsyncGenerator<string> {
  let total = 0;
  let carry: Buffer = Buffer.alloc(0);
  let offset = 0;
  const confirmed = confirmedDecoder(options.encoding);
  for await (const bytes of source) {
    total += bytes.byteLength;
    if (total > options.maxBytes)
      throw new FileRefused(problem("FILE_TOO_LARGE", { maxBytes: options.maxBytes }));
    options.onBytes?.(total);
    if (confirmed) {
      yield confirmed.decode(bytes, { stream: true });
      continue;
    }
    let chunk: Buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (carry.length > 0) chunk = Buffer.concat([carry, chunk]);
    if (offset === 0 && chunk.length < 4 && chunk.length === total) {
      carry = Buffer.from(chunk);
      continue;
    }
    const end = chunk.length - incompleteTail(chunk);
    yield utf8Text(chunk.subarray(0, end), offset);
    carry = Buffer.from(chunk.subarray(end));
    offset += end;
  }
  if (confirmed) yield confirmed.decode();
  else if (carry.length > 0) yield utf8Text(carry, offset);
}

/** A decoder for an encoding that a person confirmed, null for UTF-8. Throws ENCODING for one that nobody knows. */
export function confirmedDecoder(encoding: string | undefined): TextDecoder | null {
  const name = (encoding ?? "utf-8").replace(/ \(.*\)$/, "");
  if (/^utf-?8$/i.test(name)) return null;
  try {
    return new TextDecoder(name);
  } catch {
    throw new FileRefused(problem("ENCODING", { byte: 0, guess: `something other than ${name}` }));
  }
}

/** The text of the first bytes; a character cut at the end is left out unless the file ends there too. */
export function headText(head: Buffer, isWhole: boolean, encoding: string | undefined): string {
  const confirmed = confirmedDecoder(encoding);
  if (confirmed) return confirmed.decode(head, { stream: !isWhole });
  return utf8Text(isWhole ? head : head.subarray(0, head.length - incompleteTail(head)), 0);
}

function utf8Text(bytes: Buffer, offset: number): string {
  const start = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (isUtf8(bytes)) return bytes.toString("utf8", start);
  let text = "";
  let good = start;
  for (let i = start; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length > 0) {
      i += length;
    } else if (isSurrogate(bytes, i)) {
      text += bytes.toString("utf8", good, i);
      text += String.fromCharCode(0xd000 | ((bytes[i + 1]! & 0x3f) << 6) | (bytes[i + 2]! & 0x3f));
      i += 3;
      good = i;
    } else {
      const guess = guessEncoding(bytes, i);
      throw new FileRefused(problem("ENCODING", { byte: offset + i, guess }), guess);
    }
  }
  return text + bytes.toString("utf8", good);
}

/** Length of the well-formed UTF-8 sequence at `i` (Unicode 16, table 3-7), or 0. */
function sequenceLength(b: Buffer, i: number): number {
  const first = b[i]!;
  if (first < 0x80) return 1;
  const second = b[i + 1] ?? 0;
  if (first >= 0xc2 && first <= 0xdf) return isTail(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isTail(b[i + 2]) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && isTail(b[i + 2]) && isTail(b[i + 3]) ? 4 : 0;
  }
  return 0;
}

const isTail = (byte: number | undefined) => byte !== undefined && byte >= 0x80 && byte <= 0xbf;
const isSurrogate = (b: Buffer, i: number) =>
  b[i] === 0xed && b[i + 1]! >= 0xa0 && b[i + 1]! <= 0xbf && isTail(b[i + 2]);

/** Bytes at the end that may be the start of a longer character: 0 to 3. */
function incompleteTail(b: Buffer): number {
  for (let back = 1; back <= Math.min(3, b.length); back += 1) {
    const byte = b[b.length - back]!;
    if (isTail(byte)) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return needs > back ? back : 0;
  }
  return 0;
}

const NAMES: Record<string, string> = { "ISO-8859-1": "ISO-8859-1 (Latin-1)" };

/** A guess from the bytes around the first one that is not UTF-8. */
export function guessEncoding(bytes: Buffer, at: number): string {
  const window = bytes.subarray(Math.max(0, at - 16_384), at + 16_384);
  const guess = chardet.detect(window);
  // A few accented letters are not enough for the detector's rarer answers, and C1 bytes rule Latin-1 out.
  const western = window.some((byte) => byte >= 0x80 && byte <= 0x9f) ? "windows-1252" : "ISO-8859-1";
  const name =
    guess === null || /^(utf-?8|ascii|ISO-8859-[29]|windows-125[04])$/i.test(guess) ? western : guess;
  return NAMES[name] ?? name;
}

/** UTF-16 and UTF-32 by their mark, or by NULs in every other byte; null when it is neither. */
export function wideEncoding(head: Buffer): { byte: number; guess: string } | null {
  if (head.length >= 4 && head.readUInt32LE(0) === 0x0000feff) return { byte: 0, guess: "UTF-32LE" };
  if (head.length >= 4 && head.readUInt32BE(0) === 0x0000feff) return { byte: 2, guess: "UTF-32BE" };
  if (head[0] === 0xff && head[1] === 0xfe) return { byte: 0, guess: "UTF-16LE" };
  if (head[0] === 0xfe && head[1] === 0xff) return { byte: 0, guess: "UTF-16BE" };
  const pairs = Math.min(head.length, 4096) >> 1;
  if (pairs < 2) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs; i += 1) {
    if (head[2 * i] === 0) even += 1;
    if (head[2 * i + 1] === 0) odd += 1;
  }
  if (odd > pairs * 0.4 && even < pairs * 0.05) return { byte: head.indexOf(0), guess: "UTF-16LE" };
  if (even > pairs * 0.4 && odd < pairs * 0.05) return { byte: head.indexOf(0), guess: "UTF-16BE" };
  return null;
}
