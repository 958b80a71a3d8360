import { closeSync, openSync, readSync, renameSync, writeSync } from "node:fs";

/**
 * The keys of one contribution on disk. Little-endian 32-bit numbers: for each band the keys, ascending, then the
 * row of each; at the end the count of each band, the number of bands and the mark. Derived data: made again from the
 * rows when it is not there.
 */
const MARK = 0x4d464e31;
const TAIL = 2;

export type SegmentWriter = { band(keys: Uint32Array, rows: Uint32Array): void; close(): void };

/** Nothing has the final name until the last number is written. */
export function writeSegment(path: string): SegmentWriter {
  const file = openSync(`${path}.part`, "w", 0o600);
  const counts: number[] = [];
  return {
    band(keys, rows) {
      counts.push(keys.length);
      writeAll(file, keys);
      writeAll(file, rows);
    },
    close() {
      writeAll(file, Uint32Array.from([...counts, counts.length, MARK]));
      closeSync(file);
      renameSync(`${path}.part`, path);
    },
  };
}

function writeAll(file: number, numbers: Uint32Array): void {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

export type OpenSegment = { file: number; size: number; bands: { at: number; count: number }[] };

/** null when the file is not there or not whole. */
export function openSegment(path: string, size: number): OpenSegment | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  const tail = new Uint32Array(TAIL);
  readSync(file, tail, 0, 4 * TAIL, size - 4 * TAIL);
  const [count, mark] = tail as unknown as [number, number];
  if (mark !== MARK || count > 64 || size < 4 * (TAIL + count)) {
    closeSync(file);
    return null;
  }
  const counts = new Uint32Array(count);
  readSync(file, counts, 0, 4 * count, size - 4 * (TAIL + count));
  let at = 0;
  const bands = [...counts].map((rows) => {
    const band = { at, count: rows };
    at += 8 * rows;
    return band;
  });
  return { file, size, bands };
}
