import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "@/server/errors";
import { noSpace } from "./no-space";
import { PartStore } from "./part-store";

export type StoredBlob = { sha256: string; bytes: number };
/** A whole file on the disk that has not taken its name yet. */
export type ReceivedFile = StoredBlob & { file: string };

/** Content-addressed files: the name is the SHA-256, so a blob is never changed and storing twice is one file. */
export interface BlobStore {
  put(content: Uint8Array | string): Promise<StoredBlob>;
  /** Streams to disk, hashing; stops with FILE_TOO_LARGE as soon as counted bytes pass `maxBytes`. */
  putStream(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob>;
  /** The first half of `putStream`: the file is whole and on the disk, and `adopt` or `drop` must follow. */
  receive(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReceivedFile>;
  /** Gives a whole file the name of its hash. Doing it again does nothing; false where neither file nor blob is there. */
  adopt(file: string, sha256: string): Promise<boolean>;
  drop(file: string): Promise<void>;
  /** When the blob was stored last; null where there is none. */
  storedAt(sha256: string): Promise<Date | null>;
  /** Only for a file that nothing names. */
  remove(sha256: string): Promise<void>;
  /** Deletes what a killed process was receiving, with no byte since `before`. */
  dropAbandoned(before: Date): Promise<number>;
  /** Files that are sent in parts. */
  readonly parts: PartStore;
  get(sha256: string): Promise<Buffer>;
  open(sha256: string): Readable;
  has(sha256: string): Promise<boolean>;
  size(sha256: string): Promise<number>;
  /** Path on this machine, for a child process that reads the file itself. */
  path(sha256: string): string;
}

const SHA256 = /^[0-9a-f]{64}$/;

export class FolderBlobStore implements BlobStore {
  private readonly root: string;
  readonly parts: PartStore;

  constructor(root: string, parts?: PartStore) {
    this.root = path.resolve(root);
    this.parts = parts ?? new PartStore(path.join(this.root, "tmp", "uploads"));
  }

  path(sha256: string): string {
    if (!SHA256.test(sha256))
      throw new AppError("BAD_REQUEST", "BLOB_ID", "This is not a SHA-256.", "Use 64 hex digits.");
    return path.join(this.root, "sha256", sha256.slice(0, 2), sha256);
  }

  async put(content: Uint8Array | string): Promise<StoredBlob> {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    return this.putStream(
      (async function* () {
        yield bytes;
      })(),
      Number.MAX_SAFE_INTEGER,
    );
  }

  async putStream(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
    const { file, sha256, bytes } = await this.receive(stream, maxBytes);
    try {
      await this.adopt(file, sha256);
      return { sha256, bytes };
    } catch (error) {
      await this.drop(file);
      throw noSpace(error) ?? error;
    }
  }

  async receive(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReceivedFile> {
    const temporary = path.join(this.root, "tmp", randomUUID());
    await mkdir(path.dirname(temporary), { recursive: true });
    const hash = createHash("sha256");
    let bytes = 0;
    const file = await open(temporary, "wx", 0o600);
    try {
      for await (const chunk of stream) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) throw fileTooLarge(maxBytes);
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
      await file.close();
      return { file: temporary, sha256: hash.digest("hex"), bytes };
    } catch (error) {
      await file.close().catch(() => {});
      await this.drop(temporary);
      throw noSpace(error) ?? error;
    }
  }

  async adopt(file: string, sha256: string): Promise<boolean> {
    const target = this.path(sha256);
    await mkdir(path.dirname(target), { recursive: true });
    try {
      await rename(file, target);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return this.has(sha256);
    }
  }

  drop(file: string): Promise<void> {
    return rm(file, { force: true });
  }

  async storedAt(sha256: string): Promise<Date | null> {
    return stat(this.path(sha256)).then(
      ({ mtime }) => mtime,
      () => null,
    );
  }

  remove(sha256: string): Promise<void> {
    return rm(this.path(sha256), { force: true });
  }

  async dropAbandoned(before: Date): Promise<number> {
    const folder = path.join(this.root, "tmp");
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    let count = 0;
    for (const file of entries.filter((entry) => entry.isFile()).map(({ name }) => path.join(folder, name))) {
      const { mtime } = await stat(file).catch(() => ({ mtime: new Date() }));
      if (mtime >= before) continue;
      await this.drop(file);
      count += 1;
    }
    return count;
  }

  get(sha256: string): Promise<Buffer> {
    return readFile(this.path(sha256));
  }

  open(sha256: string): Readable {
    return createReadStream(this.path(sha256));
  }

  async has(sha256: string): Promise<boolean> {
    return stat(this.path(sha256)).then(
      () => true,
      () => false,
    );
  }

  async size(sha256: string): Promise<number> {
    return (await stat(this.path(sha256))).size;
  }
}

export const fileTooLarge = (maxBytes: number) =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    "FILE_TOO_LARGE",
    `The file is larger than the ${formatBytes(maxBytes)} allowed; reading stopped there.`,
    "Split the file, or ask the operator to raise UPLOAD_MAX_BYTES.",
  );

export function formatBytes(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
