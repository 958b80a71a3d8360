import { createWriteStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ByteSource } from "../bytes";
import { FileRefused, problem } from "../codes";

/** A file on the disk that is read at any place: Parquet and ZIP have their tables at the end. */
export type DiskFile = {
  path: string;
  bytes: number;
  read(start: number, end: number): Promise<Buffer>;
  close(): Promise<void>;
};

/** Opens `path`. Throws FILE_TOO_LARGE. */
export async function openDisk(path: string, maxBytes: number): Promise<DiskFile> {
  const file = await open(path, "r");
  const { size } = await file.stat();
  if (size > maxBytes) {
    await file.close();
    throw new FileRefused(problem("FILE_TOO_LARGE", { maxBytes }));
  }
  return disk(file, path, size, () => file.close());
}

/** Writes a source to a file of its own in `folder`, counting; `close` deletes it. Throws FILE_TOO_LARGE. */
export async function spool(
  source: ByteSource,
  maxBytes: number,
  folder: string | undefined,
): Promise<DiskFile> {
  const own = await mkdtemp(join(folder ?? tmpdir(), "intake-"));
  const path = join(own, "file");
  const remove = () => rm(own, { recursive: true, force: true });
  try {
    await pipeline(counted(source, maxBytes), createWriteStream(path, { mode: 0o600 }));
    const found = await openDisk(path, maxBytes);
    return {
      ...found,
      close: async () => {
        await found.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function* counted(source: ByteSource, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.byteLength;
    if (total > maxBytes) throw new FileRefused(problem("FILE_TOO_LARGE", { maxBytes }));
    yield chunk;
  }
}

function disk(file: FileHandle, path: string, bytes: number, close: () => Promise<void>): DiskFile {
  return {
    path,
    bytes,
    close,
    async read(start, end) {
      const from = Math.max(0, Math.min(start, bytes));
      const to = Math.max(from, Math.min(end, bytes));
      const buffer = Buffer.alloc(to - from);
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await file.read(buffer, done, buffer.length - done, from + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    },
  };
}
