import type { Readable } from "node:stream";
import { openPromise, validateFileName, type Entry as ZipEntry, type ZipFile } from "yauzl";
import { FileRefused, problem } from "../codes";
import { LIMITS } from "../limits";
import { saidBy } from "./said";
import type { DiskFile } from "./spool";
import { boundedUnpack } from "./unpack";

/** `files` are the entries that hold something, by their path in the archive. */
export type Archive = {
  files: ReadonlyMap<string, ZipEntry>;
  /** The entry's bytes, unpacked and counted. Throws ARCHIVE_TOO_LARGE and FILE_CORRUPT. */
  stream(name: string, maxBytes: number): AsyncGenerator<Uint8Array>;
  close(): void;
};

const SYMLINK = 0o120000;
const FILE_KIND = 0o170000;

/**
 * Opens a ZIP from its table of contents. yauzl: reads the table, not the local headers that a bomb hides behind,
 * streams one entry at a time and checks its sizes. Throws ARCHIVE_PATH naming the entry, ARCHIVE_CONTENT and
 * FILE_CORRUPT.
 */
export async function openZip(file: DiskFile, what: string): Promise<Archive> {
  const zip = await openPromise(file.path, {
    lazyEntries: true,
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: true,
  }).catch((error: Error) => {
    throw broken(what, saidBy(error) ?? UNREADABLE);
  });
  try {
    const files = new Map<string, ZipEntry>();
    await eachEntry(zip, what, (entry) => add(files, entry));
    return {
      files,
      stream: (name, maxBytes) => unpack(zip, files.get(name)!, what, maxBytes),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function add(files: Map<string, ZipEntry>, entry: ZipEntry) {
  const name = (entry.fileName as unknown as Buffer).toString("utf8");
  if (files.size >= LIMITS.archiveEntries) {
    throw content(`it holds more than ${LIMITS.archiveEntries.toLocaleString("en")} files`);
  }
  const path = (what: string) => new FileRefused(problem("ARCHIVE_PATH", { entry: name, what }));
  if (validateFileName(name) !== null || name.includes("\\") || name.includes("\0")) {
    throw path("leads out of the archive");
  }
  if (((entry.externalFileAttributes >>> 16) & FILE_KIND) === SYMLINK)
    throw path("is a link to another file");
  if (name.endsWith("/")) return;
  if (files.has(name)) throw content(`it holds "${name.slice(0, 80)}" twice`);
  files.set(name, entry);
}

function eachEntry(zip: ZipFile, what: string, take: (entry: ZipEntry) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    zip.on("error", (error: Error) => reject(broken(what, saidBy(error) ?? UNREADABLE)));
    zip.on("end", resolve);
    zip.on("entry", (entry: ZipEntry) => {
      try {
        take(entry);
        zip.readEntry();
      } catch (error) {
        reject(error);
      }
    });
    zip.readEntry();
  });
}

async function* unpack(
  zip: ZipFile,
  entry: ZipEntry,
  what: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted()) throw content("it is locked with a password");
  const { uncompressedSize, compressedSize } = entry;
  const isOverRatio =
    uncompressedSize > LIMITS.archiveFloorBytes && uncompressedSize > compressedSize * LIMITS.archiveRatio;
  if (uncompressedSize > maxBytes || isOverRatio) {
    throw new FileRefused(problem("ARCHIVE_TOO_LARGE", { maxBytes }));
  }
  let stream: Readable | null = null;
  try {
    stream = await zip.openReadStreamPromise(entry);
    yield* boundedUnpack(stream, () => compressedSize, maxBytes);
  } catch (error) {
    if (error instanceof FileRefused || !(error instanceof Error)) throw error;
    const isOtherSize = /bytes in the stream/.test(error.message);
    throw broken(what, isOtherSize ? OTHER_SIZE : (saidBy(error) ?? UNREADABLE));
  } finally {
    stream?.destroy();
  }
}

const UNREADABLE = "its table of contents and its content do not fit together";
const OTHER_SIZE = "a file in it is not as long as its table of contents says";
const content = (reason: string) => new FileRefused(problem("ARCHIVE_CONTENT", { reason }));
const broken = (what: string, reason: string) => new FileRefused(problem("FILE_CORRUPT", { what, reason }));
