import { crc32 } from "node:zlib";

/** One file of an archive; `open` may be called twice and must give the same `bytes` bytes each time. */
export type ZipFile = { name: string; bytes: number; open: () => AsyncIterable<Uint8Array> };

const LIMIT = 0xffff_ffff;
/** 1 January 1980, the format's first day: an archive of equal files has equal bytes at any hour. */
const DOS_DATE = 0x0021;
/** Bit 11: names are UTF-8. */
const FLAGS = 0x0800;

/**
 * A zip of stored (not compressed) files: weights do not shrink, and so the length is known before the first byte.
 * Each file is read twice, once for its checksum. Throws RangeError past 4 GB, which needs another form of zip.
 */
export function writeZip(files: readonly ZipFile[]): {
  bytes: number;
  stream: () => AsyncGenerator<Uint8Array>;
} {
  const names = files.map(({ name }) => Buffer.from(name, "utf8"));
  const local = files.reduce((sum, { bytes }, i) => sum + 30 + names[i]!.length + bytes, 0);
  const central = names.reduce((sum, name) => sum + 46 + name.length, 0);
  if (local + central > LIMIT || files.some(({ bytes }) => bytes > LIMIT))
    throw new RangeError("the archive would be larger than 4 GB");
  return { bytes: local + central + 22, stream: () => stream(files, names, local, central) };
}

async function* stream(
  files: readonly ZipFile[],
  names: readonly Buffer[],
  localBytes: number,
  centralBytes: number,
): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [i, file] of files.entries()) {
    const name = names[i]!;
    const fields = await fieldsOf(file, name);
    yield Buffer.concat([u32(0x04034b50), u16(20), fields, u16(0), name]);
    yield* exactly(file);
    directory.push(
      Buffer.concat([
        u32(0x02014b50),
        // Made by: UNIX, so that the permissions below are read.
        u16(0x0314),
        u16(20),
        fields,
        // No extra field, no comment, first disk, not text.
        Buffer.alloc(2 + 2 + 2 + 2),
        u32((0o100644 << 16) >>> 0),
        u32(offset),
        name,
      ]),
    );
    offset += 30 + name.length + file.bytes;
  }
  yield Buffer.concat(directory);
  yield Buffer.concat([
    u32(0x06054b50),
    u32(0),
    u16(files.length),
    u16(files.length),
    u32(centralBytes),
    u32(localBytes),
    u16(0),
  ]);
}

/** Flags, method 0 (stored), time, date, checksum, both sizes and the name's length: the same in both headers. */
async function fieldsOf(file: ZipFile, name: Buffer): Promise<Buffer> {
  let crc = 0;
  for await (const chunk of exactly(file)) crc = crc32(chunk, crc);
  return Buffer.concat([
    u16(FLAGS),
    u16(0),
    u16(0),
    u16(DOS_DATE),
    u32(crc),
    u32(file.bytes),
    u32(file.bytes),
    u16(name.length),
  ]);
}

/** A file that grew or shrank would move everything behind it: better no archive than a broken one. */
async function* exactly({ name, bytes, open }: ZipFile): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of open()) {
    seen += chunk.length;
    yield chunk;
  }
  if (seen !== bytes) throw new Error(`${name} has ${seen} bytes, not ${bytes}`);
}

function u16(value: number): Buffer {
  const field = Buffer.alloc(2);
  field.writeUInt16LE(value);
  return field;
}

function u32(value: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32LE(value);
  return field;
}
