import { Candidates } from "./candidates";
import { ShingleCounts, threshold } from "./likeness";
import { searchSegment } from "./search-segment";
import { type SegmentWriter, writeSegment } from "./segment";
import { MOST_SHINGLES, type ShingleSet, shingle } from "./shingles";
import { BANDS, bandKeys } from "./signature";
import { sortKeys } from "./sort-keys";
import { Spill } from "./spill";

/** Rows with nearly the same text: `row` comes after `other` in the file. Likeness from 0 to 1. */
export type NearPair = { row: number; other: number; likeness: number };
/** A row of an earlier contribution that may be nearly the same; the worker compares the texts. */
export type FarCandidate = { row: number; contributionId: string; otherRow: number };
export type Segment = { contributionId: string; path: string };

/** Entries whose keys are kept together before they are spilled. */
const BLOCK = 8192;
/** Of a bucket, a newcomer is compared with the first and with those just before it. */
const BEFORE = 3;
/** Weights are kept in single precision. */
const ROUNDING = 1e-4;
/** Rows of another contribution are put into one number with it. */
const ROW_LIMIT = 2 ** 32;

/**
 * Finds near-duplicates of a file in flat memory: MinHash keys and shingles go to spills, each band is sorted by
 * itself, and what meets in a bucket is compared exactly. A row has one entry, or two where its length is compared
 * both ways. About 60 bytes a row.
 */
export class NearIndex {
  private readonly shingles: Spill;
  private readonly keys: Spill;
  private readonly promptKeys: Spill;
  private readonly counts = [new ShingleCounts(), new ShingleCounts()];
  private readonly block = new Int32Array(BLOCK * BANDS);
  private entries = 0;
  private rows = 0;
  private row = 0;
  private rowOf = new Uint32Array(1024);
  private at = new Float64Array(1024);
  private lengths = new Uint16Array(1024);
  private wordsOf = new Uint16Array(1024);
  private kinds = new Uint8Array(1024);
  private readonly takeSet = (set: ShingleSet) => this.addEntry(set);
  private readonly pair = new Int32Array(2);

  constructor(folder?: string) {
    this.shingles = new Spill(folder);
    this.keys = new Spill(folder);
    this.promptKeys = new Spill(folder);
  }

  /** `promptKey` is a hash of the question, to find the same one in other contributions. */
  add(row: number, text: string, promptKey: number): void {
    this.row = row;
    this.pair[0] = promptKey;
    this.pair[1] = row;
    this.promptKeys.append(this.pair);
    this.rows += 1;
    shingle(text, this.takeSet);
  }

  private addEntry({ kind, words, hashes }: ShingleSet): void {
    const entry = this.entries;
    if (entry === this.rowOf.length) this.grow();
    this.rowOf[entry] = this.row;
    this.kinds[entry] = kind;
    this.wordsOf[entry] = Math.min(words, 65_535);
    this.lengths[entry] = hashes.length;
    this.at[entry] = this.shingles.append(hashes);
    this.counts[kind]!.add(hashes);
    const slot = entry % BLOCK;
    bandKeys(hashes, this.block, slot * BANDS);
    this.entries += 1;
    if (slot === BLOCK - 1) this.spillBlock(BLOCK);
  }

  /** Block by block, and in each band by band, so that a band is read in runs. */
  private spillBlock(count: number): void {
    const turned = new Int32Array(count * BANDS);
    for (let band = 0; band < BANDS; band += 1)
      for (let i = 0; i < count; i += 1) turned[band * count + i] = this.block[i * BANDS + band]!;
    this.keys.append(turned);
  }

  private grow(): void {
    const size = 2 * this.rowOf.length;
    const larger = <T extends Uint32Array | Float64Array | Uint16Array | Uint8Array>(next: T, from: T) => {
      next.set(from);
      return next;
    };
    this.rowOf = larger(new Uint32Array(size), this.rowOf);
    this.at = larger(new Float64Array(size), this.at);
    this.lengths = larger(new Uint16Array(size), this.lengths);
    this.wordsOf = larger(new Uint16Array(size), this.wordsOf);
    this.kinds = larger(new Uint8Array(size), this.kinds);
  }

  /**
   * Calls `near` for each row that resembles an earlier one, once, with the one it resembles most, and `far` for
   * rows that may resemble one of another contribution. Writes this file's own segment where a path is given. Without
   * `near` the rows are not compared with each other.
   */
  finish(told: {
    near?(pair: NearPair): void;
    far?(candidate: FarCandidate): void;
    segmentPath?: string;
    against?: readonly Segment[];
  }): void {
    const rest = this.entries % BLOCK;
    if (rest > 0) this.spillBlock(rest);
    const own = told.near ? new Candidates(this.entries) : null;
    const others = told.against?.length ? new Candidates(this.entries) : null;
    const writer = told.segmentPath === undefined ? null : writeSegment(told.segmentPath);
    try {
      for (let band = 0; band < BANDS; band += 1)
        this.readBand(band, own, others, told.against ?? [], writer);
      this.readPrompts(told.against ?? [], told.far, writer);
    } finally {
      writer?.close();
    }
    if (own && told.near) this.compare(own, told.near);
    if (others && told.far) this.tellFar(others, told.against!, told.far);
  }

  close(): void {
    for (const spill of [this.shingles, this.keys, this.promptKeys]) spill.close();
  }

  private readBand(
    band: number,
    own: Candidates | null,
    others: Candidates | null,
    against: readonly Segment[],
    writer: SegmentWriter | null,
  ): void {
    const raw = new Int32Array(this.entries);
    for (let from = 0; from < this.entries; from += BLOCK) {
      const count = Math.min(BLOCK, this.entries - from);
      this.keys.read(from * BANDS + band * count, raw.subarray(from, from + count));
    }
    const entriesInOrder = Uint32Array.from(raw, (_, i) => i);
    const { keys, values } = sortKeys(new Uint32Array(raw.buffer), entriesInOrder);
    if (own) this.meetInBuckets(own, keys, values);
    if (others)
      for (const [segment, { path }] of against.entries())
        searchSegment(path, band, keys, (i, row) => others.add(values[i]!, segment * ROW_LIMIT + row));
    writer?.band(
      keys,
      values.map((entry) => this.rowOf[entry]!),
    );
  }

  private meetInBuckets(own: Candidates, keys: Uint32Array, values: Uint32Array): void {
    let first = 0;
    for (let i = 1; i < keys.length; i += 1) {
      if (keys[i] !== keys[i - 1]) {
        first = i;
        continue;
      }
      this.meet(own, values[i]!, values[first]!);
      for (let j = Math.max(first + 1, i - BEFORE); j < i; j += 1) this.meet(own, values[i]!, values[j]!);
    }
  }

  private meet(own: Candidates, entry: number, other: number): void {
    if (this.kinds[entry] === this.kinds[other] && this.rowOf[entry] !== this.rowOf[other])
      own.add(entry, other);
  }

  private readPrompts(
    against: readonly Segment[],
    far: ((candidate: FarCandidate) => void) | undefined,
    writer: SegmentWriter | null,
  ): void {
    if (writer === null && (against.length === 0 || !far)) return;
    const pairs = this.promptKeys.read(0, new Int32Array(2 * this.rows));
    const { keys, values } = sortKeys(
      Uint32Array.from({ length: this.rows }, (_, i) => pairs[2 * i]! >>> 0),
      Uint32Array.from({ length: this.rows }, (_, i) => pairs[2 * i + 1]!),
    );
    if (far)
      for (const { path, contributionId } of against)
        searchSegment(path, BANDS, keys, (i, otherRow) => far({ row: values[i]!, contributionId, otherRow }));
    writer?.band(keys, values);
  }

  private compare(own: Candidates, near: (pair: NearPair) => void): void {
    const weights = this.weights();
    const mine = new Int32Array(MOST_SHINGLES);
    const theirs = new Int32Array(MOST_SHINGLES);
    const set = (entry: number, into: Int32Array) =>
      this.shingles.read(this.at[entry]!, into.subarray(0, this.lengths[entry]!));
    let last: NearPair | null = null;
    for (let entry = 0; entry < this.entries; entry += 1) {
      const others = own.of(entry);
      if (others.length === 0) continue;
      const kind = this.kinds[entry]!;
      const weight = weights[entry]!;
      let a: Int32Array | null = null;
      for (const other of others) {
        const least = threshold(kind, Math.min(this.wordsOf[entry]!, this.wordsOf[other]!));
        // What the lighter text holds is the most that both can share.
        const most = Math.min(weight, weights[other]!) / Math.max(weight, weights[other]!);
        if (most < least - ROUNDING) continue;
        a ??= set(entry, mine);
        const likeness = this.counts[kind]!.likeness(a, set(other, theirs));
        if (likeness < least) continue;
        const pair: NearPair = { row: this.rowOf[entry]!, other: this.rowOf[other]!, likeness };
        // The two entries of one row stand side by side.
        if (last !== null && last.row !== pair.row) {
          near(last);
          last = null;
        }
        if (last === null || last.likeness < likeness) last = pair;
      }
    }
    if (last !== null) near(last);
  }

  /** The weight of each entry's shingles, read in the order in which they lie. */
  private weights(): Float32Array {
    const weights = new Float32Array(this.entries);
    const hashes = new Int32Array(MOST_SHINGLES);
    for (let entry = 0; entry < this.entries; entry += 1) {
      const own = hashes.subarray(0, this.lengths[entry]!);
      weights[entry] = this.counts[this.kinds[entry]!]!.weight(this.shingles.read(this.at[entry]!, own));
    }
    return weights;
  }

  private tellFar(
    others: Candidates,
    against: readonly Segment[],
    far: (candidate: FarCandidate) => void,
  ): void {
    for (let entry = 0; entry < this.entries; entry += 1)
      for (const packed of others.of(entry))
        far({
          row: this.rowOf[entry]!,
          contributionId: against[Math.floor(packed / ROW_LIMIT)]!.contributionId,
          otherRow: packed % ROW_LIMIT,
        });
  }
}
