import { crc32, inflateRawSync } from "node:zlib";
import { AppError } from "@/server/errors";

/** One file inside an archive; `read` unpacks it, never more than it declared. */
export type ZipEntry = { name: string; bytes: number; read: () => Buffer };
export type ZipLimits = { entries: number; bytes: number; ratio: number };

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES = 65_535;
const FIELD_MAX = 0xffff_ffff;

/**
 * The files of a zip by its central directory. Nothing is unpacked before every entry has passed: plain paths, no
 * links, no nested archives, no encryption, sizes within the limits (all together and unpacked against packed).
 * Errors: ARCHIVE_CORRUPT, ARCHIVE_PATH, ARCHIVE_NESTED, ARCHIVE_TOO_LARGE, ARCHIVE_UNSUPPORTED.
 */
export function readZip(archive: Buffer, limits: ZipLimits): ZipEntry[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  const size = archive.readUInt32LE(end + 12);
  let at = archive.readUInt32LE(end + 16);
  if (count === 0xffff || size === FIELD_MAX || at === FIELD_MAX)
    throw unsupported("it is of the kind for more than 4 GB");
  if (count > limits.entries) throw tooLarge(`it holds ${count} files, and ${limits.entries} are allowed`);
  if (at + size > end) throw corrupt("its list of files lies outside of it");
  const names = new Set<string>();
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > end || archive.readUInt32LE(at) !== CENTRAL) throw corrupt("its list of files is broken");
    const nameBytes = archive.readUInt16LE(at + 28);
    const next = at + 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    if (next > end) throw corrupt("its list of files is broken");
    const entry = {
      name: archive.toString("utf8", at + 46, at + 46 + nameBytes),
      flags: archive.readUInt16LE(at + 8),
      method: archive.readUInt16LE(at + 10),
      crc: archive.readUInt32LE(at + 16),
      packed: archive.readUInt32LE(at + 20),
      bytes: archive.readUInt32LE(at + 24),
      mode: archive.readUInt16LE(at + 40),
      offset: archive.readUInt32LE(at + 42),
    };
    at = next;
    check(entry);
    if (names.has(entry.name)) throw corrupt(`it holds ${quoted(entry.name)} twice`);
    names.add(entry.name);
    total += entry.bytes;
    if (total > limits.bytes || entry.bytes > Math.max(entry.packed, 1) * limits.ratio)
      throw tooLarge(
        `unpacked it would take more than ${limits.bytes.toLocaleString("en")} bytes, or ${limits.ratio} times its size`,
      );
    if (!entry.name.endsWith("/"))
      entries.push({ name: entry.name, bytes: entry.bytes, read: () => unpack(archive, entry) });
  }
  return entries;
}

type Entry = {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  bytes: number;
  mode: number;
  offset: number;
};

function findEnd(archive: Buffer): number {
  for (
    let at = archive.length - END_BYTES;
    at >= Math.max(0, archive.length - END_BYTES - COMMENT_BYTES);
    at -= 1
  ) {
    if (archive.readUInt32LE(at) === END) return at;
  }
  throw corrupt("its end is missing, as when a download was cut");
}

function check({ name, flags, method, packed, bytes, offset, mode }: Entry): void {
  const isOutside = name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.split("/").includes("..");
  if (name === "" || isOutside || /[\\\0]/.test(name)) throw path(name, "its path leads out of the archive");
  if ((mode & 0o170000) === 0o120000) throw path(name, "it is a link to another file");
  if (/\.(zip|7z|rar|tar|gz|tgz|bz2|xz|zst)$/i.test(name))
    throw new AppError(
      "UNPROCESSABLE",
      "ARCHIVE_NESTED",
      `The archive holds another archive, ${quoted(name)}.`,
      "Unpack it, and choose the adapter's two files.",
    );
  if (flags & 0x2041) throw unsupported("it is encrypted");
  if (method !== 0 && method !== 8) throw unsupported(`${quoted(name)} is packed by method ${method}`);
  if (packed === FIELD_MAX || bytes === FIELD_MAX || offset === FIELD_MAX)
    throw unsupported("it is of the kind for more than 4 GB");
  if (method === 0 && packed !== bytes) throw corrupt(`the sizes of ${quoted(name)} contradict each other`);
}

function unpack(archive: Buffer, { name, method, crc, packed, bytes, offset }: Entry): Buffer {
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== LOCAL)
    throw corrupt(`${quoted(name)} is not where its list says`);
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  if (start + packed > archive.length) throw corrupt(`${quoted(name)} is cut off`);
  const content = archive.subarray(start, start + packed);
  let found = content;
  if (method === 8) {
    try {
      found = inflateRawSync(content, { maxOutputLength: Math.max(bytes, 1) });
    } catch {
      throw corrupt(`${quoted(name)} does not unpack to the size it states`);
    }
  }
  if (found.length !== bytes || crc32(found) !== crc)
    throw corrupt(`the checksum of ${quoted(name)} is wrong`);
  return found;
}

const quoted = (name: string) => `“${name.replace(/[^\x20-\x7e]/g, "?").slice(0, 120)}”`;

const corrupt = (reason: string) =>
  new AppError(
    "UNPROCESSABLE",
    "ARCHIVE_CORRUPT",
    `The zip cannot be read: ${reason}.`,
    "Make it again, or choose the adapter's two files instead.",
  );
const path = (name: string, reason: string) =>
  new AppError(
    "UNPROCESSABLE",
    "ARCHIVE_PATH",
    `The zip holds ${quoted(name)}: ${reason}.`,
    "Make a zip of the adapter's two files alone.",
  );
const tooLarge = (reason: string) =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    "ARCHIVE_TOO_LARGE",
    `The zip is not unpacked: ${reason}.`,
    "Make a zip of the adapter's two files alone.",
  );
const unsupported = (reason: string) =>
  new AppError(
    "UNPROCESSABLE",
    "ARCHIVE_UNSUPPORTED",
    `The zip cannot be read: ${reason}.`,
    "Choose the adapter's two files instead.",
  );
