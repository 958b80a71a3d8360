import { closeSync, readSync, statSync } from "node:fs";
import { openSegment } from "./segment";

/** Keys read at a time where a segment is searched, and where it is read through. */
const WINDOW = 512;
const STRETCH = 65_536;
/** Rows taken of one bucket of the other side. */
const MOST_MATCHES = 4;
/** A segment this many times larger is searched key by key; a smaller one is read through. */
const SEARCH_FROM = 64;

/** Calls `match` with the place in `keys` (ascending) and the row on the other side. A missing segment has none. */
export function searchSegment(
  path: string,
  band: number,
  keys: Uint32Array,
  match: (i: number, row: number) => void,
): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  const segment = size === undefined || size < 8 ? null : openSegment(path, size);
  if (segment === null) return;
  try {
    const where = segment.bands[band];
    if (where === undefined || where.count === 0 || keys.length === 0) return;
    const found =
      where.count > SEARCH_FROM * keys.length
        ? searchEach(segment.file, where, keys)
        : readThrough(segment.file, where, keys);
    const row = new Uint32Array(1);
    for (let n = 0; n < found.length; n += 2) {
      readSync(segment.file, row, 0, 4, where.at + 4 * where.count + 4 * found[n + 1]!);
      match(found[n]!, row[0]!);
    }
  } finally {
    closeSync(segment.file);
  }
}

type Where = { at: number; count: number };

/** Both sides ascend: one pass over both. Returns place and position in turn. */
function readThrough(file: number, { at, count }: Where, keys: Uint32Array): number[] {
  const found: number[] = [];
  const stretch = new Uint32Array(Math.min(STRETCH, count));
  let i = 0;
  for (let from = 0; from < count && i < keys.length; from += stretch.length) {
    const length = Math.min(stretch.length, count - from);
    readSync(file, stretch, 0, 4 * length, at + 4 * from);
    for (let j = 0; j < length; j += 1) {
      const key = stretch[j]!;
      while (i < keys.length && keys[i]! < key) i += 1;
      for (let same = i; same < keys.length && keys[same] === key && same - i < MOST_MATCHES; same += 1)
        found.push(same, from + j);
    }
  }
  return found;
}

/** Keys are spread evenly, so a key's place is close to its share of the range (interpolation search). */
function searchEach(file: number, { at, count }: Where, keys: Uint32Array): number[] {
  const found: number[] = [];
  const window = new Uint32Array(Math.min(WINDOW, count));
  let start = -1;
  const load = (from: number) => {
    start = Math.max(0, Math.min(from, count - window.length));
    readSync(file, window, 0, 4 * window.length, at + 4 * start);
  };
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i]!;
    load(Math.floor((key / 2 ** 32) * count) - window.length / 2);
    let step = window.length;
    while (start > 0 && window[0]! >= key) {
      load(start - step);
      step *= 2;
    }
    // A jump may have passed the key: go on from there, window by window.
    while (start + window.length < count && window[window.length - 1]! < key) load(start + window.length);
    let low = 0;
    let high = window.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (window[middle]! < key) low = middle + 1;
      else high = middle;
    }
    for (let j = low; j < window.length && window[j] === key && j - low < MOST_MATCHES; j += 1)
      found.push(i, start + j);
  }
  return found;
}
