/** A seeded source of numbers, characters and picks, so that the sets are the same on every machine. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Mulberry32: uniform in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  text(alphabet: string, length: number): string {
    let text = "";
    for (let i = 0; i < length; i += 1) text += alphabet[this.below(alphabet.length)];
    return text;
  }

  digits(length: number): string {
    return this.text("0123456789", length);
  }

  hex(length: number): string {
    return this.text("0123456789abcdef", length);
  }
}
