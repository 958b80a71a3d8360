import { hash } from "node:crypto";

/** The first 8 bytes of a SHA-256 as two 32-bit halves, written to `out[0]` and `out[1]`. */
export function hash64(text: string, out: Int32Array): void {
  const digest = hash("sha256", text, "buffer");
  out[0] = digest.readInt32LE(0);
  out[1] = digest.readInt32LE(4);
}

/** 64-bit keys to a number, in typed arrays that double: 12 bytes a slot, at most two thirds full. */
export class KeyTable {
  private size = 0;
  private slots: number;
  private low: Int32Array;
  private high: Int32Array;
  /** 0 is an empty slot. */
  private values: Uint32Array;

  constructor(slots = 1024) {
    this.slots = slots;
    this.low = new Int32Array(slots);
    this.high = new Int32Array(slots);
    this.values = new Uint32Array(slots);
  }

  /** The value under the key; where there is none, `value` (at least 1) is put there and 0 returned. */
  getOrAdd(low: number, high: number, value: number): number {
    let at = this.find(low, high);
    const found = this.values[at]!;
    if (found !== 0) return found;
    if (this.size * 3 >= this.slots * 2) {
      this.grow();
      at = this.find(low, high);
    }
    this.low[at] = low;
    this.high[at] = high;
    this.values[at] = value;
    this.size += 1;
    return 0;
  }

  private find(low: number, high: number): number {
    const mask = this.slots - 1;
    let at = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    while (this.values[at] !== 0 && (this.low[at] !== low || this.high[at] !== high)) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { low, high, values } = this;
    this.slots *= 2;
    this.low = new Int32Array(this.slots);
    this.high = new Int32Array(this.slots);
    this.values = new Uint32Array(this.slots);
    for (let i = 0; i < values.length; i += 1) {
      if (values[i] === 0) continue;
      const at = this.find(low[i]!, high[i]!);
      this.low[at] = low[i]!;
      this.high[at] = high[i]!;
      this.values[at] = values[i]!;
    }
  }
}
