import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "@/server/errors";

export type StoredBlob = { sha256: string; bytes: number };

/** Content-addressed files: the name is the SHA-256, so a blob is never changed and storing twice is one file. */
export interface BlobStore {
  put(content: Uint8Array | string): Promise<StoredBlob>;
  /** Streams to disk, hashing; stops with FILE_TOO_LARGE as soon as counted bytes pass `maxBytes`. */
  putStream(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob>;
  get(sha256: string): Promise<Buffer>;
  open(sha256: string): Readable;
  has(sha256: string): Promise<boolean>;
  size(sha256: string): Promise<number>;
  /** Path on this machine, for a child process that reads the file itself. */
  path(sha256: string): string;
}

/** No room on the disk, in the quota, or beyond the largest file allowed. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const SHA256 = /^[0-9a-f]{64}$/;

export class FolderBlobStore implements BlobStore {
  private readonly root: string;

  constructor(root: string) {
    this.root = path.resolve(root);
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
      const sha256 = hash.digest("hex");
      const target = this.path(sha256);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(temporary, target);
      return { sha256, bytes };
    } catch (error) {
      await file.close().catch(() => {});
      await rm(temporary, { force: true });
      throw FULL.has((error as NodeJS.ErrnoException).code ?? "") ? noSpace() : error;
    }
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

const fileTooLarge = (maxBytes: number) =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    "FILE_TOO_LARGE",
    `The file is larger than the ${formatBytes(maxBytes)} allowed; reading stopped there.`,
    "Split the file, or ask the operator to raise UPLOAD_MAX_BYTES.",
  );

const noSpace = () =>
  new AppError(
    "NO_SPACE",
    "NO_SPACE",
    "The disk is full, so the file was not stored.",
    "Nothing was kept of it. Free some space, then upload again.",
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
