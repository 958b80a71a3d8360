import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { noSpace } from "./no-space";

const PART_ID = /^[0-9a-f]{32}$/;

/** An unfinished file that is open for writing. */
export type OpenPart = {
  /** Errors: NO_SPACE (507). */
  write(chunk: Uint8Array, at: number): Promise<void>;
  /** Cuts off all that lies beyond `bytes`. */
  cut(bytes: number): Promise<void>;
  /** Waits until the disk has it. Errors: NO_SPACE (507). */
  sync(): Promise<void>;
  close(): Promise<void>;
};

/** The calls on the disk that may fail; a test hands in a disk that is full. */
export type PartDisk = { open: typeof open };

/** Files that are still being sent, by the id of their upload (32 hex digits). They lie where the blobs lie, so that a rename moves them. */
export class PartStore {
  private readonly folder: string;
  private readonly disk: PartDisk;

  constructor(folder: string, disk: PartDisk = { open }) {
    this.folder = path.resolve(folder);
    this.disk = disk;
  }

  path(id: string): string {
    if (!PART_ID.test(id)) throw new Error("an upload's id has 32 hex digits");
    return path.join(this.folder, id);
  }

  /** Opens the file, made if need be, and cuts off what lies beyond `offset`: bytes that nobody has accepted. */
  async open(id: string, offset: number): Promise<OpenPart> {
    const file = this.path(id);
    try {
      await mkdir(this.folder, { recursive: true });
      const handle = await this.disk.open(file, (await this.size(id)) === 0 ? "w" : "r+", 0o600);
      await handle.truncate(offset);
      return {
        write: async (chunk, at) => {
          for (let done = 0; done < chunk.byteLength; ) {
            const { bytesWritten } = await handle
              .write(chunk, done, chunk.byteLength - done, at + done)
              .catch(toNoSpace);
            done += bytesWritten;
          }
        },
        cut: (bytes) => handle.truncate(bytes),
        sync: () => handle.sync().catch(toNoSpace),
        close: () => handle.close(),
      };
    } catch (error) {
      return toNoSpace(error);
    }
  }

  /** Bytes on the disk; 0 where there is no such file. */
  size(id: string): Promise<number> {
    return stat(this.path(id)).then(
      ({ size }) => size,
      () => 0,
    );
  }

  /** The first `bytes` bytes. */
  read(id: string, bytes: number): AsyncIterable<Buffer> {
    return createReadStream(this.path(id), { end: bytes - 1, highWaterMark: 262_144 });
  }

  remove(id: string): Promise<void> {
    return rm(this.path(id), { force: true });
  }

  /** Every unfinished file with the time of its last byte. */
  async list(): Promise<{ id: string; modifiedAt: Date }[]> {
    const names = await readdir(this.folder).catch(() => []);
    const parts = names.filter((name) => PART_ID.test(name));
    const found = await Promise.all(
      parts.map((id) =>
        stat(path.join(this.folder, id)).then(
          ({ mtime }) => [{ id, modifiedAt: mtime }],
          () => [],
        ),
      ),
    );
    return found.flat();
  }
}

function toNoSpace(error: unknown): never {
  throw noSpace(error) ?? error;
}
