/** Others kept for each entry; those that meet it in most bands stay (Space-Saving, Metwally 2005). */
const SLOTS = 6;

/** For each entry the others that it meets in some band, in flat memory: 36 bytes an entry. */
export class Candidates {
  private readonly others: Float64Array;
  private readonly counts: Uint8Array;

  constructor(entries: number) {
    this.others = new Float64Array(entries * SLOTS);
    this.counts = new Uint8Array(entries * SLOTS);
  }

  add(entry: number, other: number): void {
    const from = entry * SLOTS;
    let least = from;
    for (let i = from; i < from + SLOTS; i += 1) {
      if (this.counts[i] === 0) {
        this.others[i] = other;
        this.counts[i] = 1;
        return;
      }
      if (this.others[i] === other) {
        if (this.counts[i]! < 255) this.counts[i]! += 1;
        return;
      }
      if (this.counts[i]! < this.counts[least]!) least = i;
    }
    this.others[least] = other;
  }

  /** The others of an entry, the most frequent first. */
  of(entry: number): number[] {
    const from = entry * SLOTS;
    const found: [number, number][] = [];
    for (let i = from; i < from + SLOTS && this.counts[i] !== 0; i += 1)
      found.push([this.others[i]!, this.counts[i]!]);
    return found.length < 2
      ? found.map(([other]) => other)
      : found.sort((a, b) => b[1] - a[1]).map(([other]) => other);
  }
}
