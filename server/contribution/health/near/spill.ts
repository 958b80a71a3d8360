import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Numbers held in memory before a file takes the rest. 16 MB. */
const IN_MEMORY = 4 * 1024 * 1024;

/**
 * Numbers that are appended and read by position: in memory while they are few, then in a file that has no name any
 * more, so that it is gone with the process. Memory stays flat whatever is appended.
 */
export class Spill {
  private readonly folder: string;
  private buffer = new Int32Array(16_384);
  private used = 0;
  private written = 0;
  private file: number | null = null;

  constructor(folder = tmpdir()) {
    this.folder = folder;
  }

  /** The position at which the numbers stand. */
  append(numbers: Int32Array): number {
    if (this.used + numbers.length > this.buffer.length) this.makeRoom(numbers.length);
    const at = this.written + this.used;
    this.buffer.set(numbers, this.used);
    this.used += numbers.length;
    return at;
  }

  read(at: number, into: Int32Array): Int32Array {
    const inFile = Math.max(0, Math.min(into.length, this.written - at));
    if (inFile > 0) readSync(this.file!, into, 0, inFile * 4, at * 4);
    if (inFile < into.length) {
      const from = at + inFile - this.written;
      into.set(this.buffer.subarray(from, from + into.length - inFile), inFile);
    }
    return into;
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private makeRoom(count: number): void {
    if (this.used + count <= IN_MEMORY) {
      const larger = new Int32Array(Math.min(IN_MEMORY, Math.max(2 * this.buffer.length, this.used + count)));
      larger.set(this.buffer.subarray(0, this.used));
      this.buffer = larger;
      return;
    }
    if (this.file === null) {
      const path = join(this.folder, `spill-${randomUUID()}`);
      this.file = openSync(path, "wx+", 0o600);
      rmSync(path);
    }
    writeSync(this.file, this.buffer, 0, this.used * 4, this.written * 4);
    this.written += this.used;
    this.used = 0;
    if (this.buffer.length < count) this.buffer = new Int32Array(count);
  }
}
