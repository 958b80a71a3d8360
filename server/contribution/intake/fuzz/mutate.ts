import { type GoodFile, goodFile, KINDS } from "./good-file";
import type { Random } from "./random";

export type Mutation = (file: GoodFile, random: Random) => GoodFile;

const SIGNS = [
  '"',
  "\0",
  "\n",
  "\r",
  ",",
  "{",
  "}",
  "[",
  "]",
  "\\",
  "\ufeff",
  "\ud83d",
  "\u202e",
  "<",
  "&",
  "'",
];

const at = (bytes: Buffer, random: Random) => random.int(0, Math.max(0, bytes.length - 1));
const withBytes = (file: GoodFile, bytes: Buffer): GoodFile => ({ ...file, bytes });
const splice = (file: GoodFile, from: number, to: number, insert: Buffer): GoodFile =>
  withBytes(file, Buffer.concat([file.bytes.subarray(0, from), insert, file.bytes.subarray(to)]));

/** What happens to files on their way, and what somebody might do to them on purpose. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  none: (file) => file,
  cut: (file, random) => withBytes(file, file.bytes.subarray(0, at(file.bytes, random))),
  cutStart: (file, random) => withBytes(file, file.bytes.subarray(at(file.bytes, random))),
  flipBits(file, random) {
    const bytes = Buffer.from(file.bytes);
    for (let i = random.int(1, 8); i > 0 && bytes.length > 0; i -= 1)
      bytes[at(bytes, random)]! ^= 1 << random.int(0, 7);
    return withBytes(file, bytes);
  },
  insertBytes(file, random) {
    const place = at(file.bytes, random);
    const noise = Buffer.from(Array.from({ length: random.int(1, 40) }, () => random.int(0, 255)));
    return splice(file, place, place, noise);
  },
  insertSign(file, random) {
    const place = at(file.bytes, random);
    return splice(file, place, place, Buffer.from(random.pick(SIGNS).repeat(random.int(1, 3))));
  },
  removeBytes(file, random) {
    const place = at(file.bytes, random);
    return splice(file, place, place + random.int(1, 40), Buffer.alloc(0));
  },
  repeatBytes(file, random) {
    const place = at(file.bytes, random);
    const piece = file.bytes.subarray(place, place + random.int(1, 200));
    return splice(file, place, place, Buffer.concat(Array.from({ length: random.int(1, 5) }, () => piece)));
  },
  swapPieces(file, random) {
    const half = file.bytes.length >> 1;
    return withBytes(
      file,
      Buffer.concat([file.bytes.subarray(half), file.bytes.subarray(0, half + random.int(0, 3))]),
    );
  },
  zeros(file, random) {
    const place = at(file.bytes, random);
    const length = random.int(1, 64);
    return splice(file, place, place + length, Buffer.alloc(length));
  },
  extremes(file, random) {
    const bytes = Buffer.from(file.bytes);
    if (bytes.length >= 4)
      bytes.writeUInt32LE(
        random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff]),
        random.int(0, bytes.length - 4),
      );
    return withBytes(file, bytes);
  },
  rename: (file, random) => ({
    ...file,
    name: `file.${random.pick([...KINDS, "bin", "pt", "gz", "zip", "png", "xls"])}`,
  }),
  noName: (file) => ({ ...file, name: "Pasted rows" }),
  join(file, random) {
    const other = goodFile(random, random.pick(KINDS), 4);
    return withBytes(file, Buffer.concat([file.bytes, other.bytes]));
  },
  utf16: (file) => withBytes(file, Buffer.from(file.bytes.toString("utf8"), "utf16le")),
  latin1: (file) => withBytes(file, Buffer.from(file.bytes.toString("utf8"), "latin1")),
  oldMac: (file) =>
    withBytes(file, Buffer.from(file.bytes.toString("latin1").replace(/\r?\n/g, "\r"), "latin1")),
};
