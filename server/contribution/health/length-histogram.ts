/** Upper ends of the bins, tokens; the last bin is open. */
const EDGES = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192] as const;

/** How long the rows are, with the line beyond which they are cut. */
export class LengthHistogram {
  private readonly contextTokens: number;
  private readonly bins = new Array<number>(EDGES.length + 1).fill(0);
  private longest = 0;
  private sum = 0;
  private rows = 0;
  private over = 0;

  constructor(contextTokens: number) {
    this.contextTokens = contextTokens;
  }

  add(tokens: number): void {
    let bin = 0;
    while (bin < EDGES.length && tokens > EDGES[bin]!) bin += 1;
    this.bins[bin]! += 1;
    this.sum += tokens;
    this.rows += 1;
    if (tokens > this.longest) this.longest = tokens;
    if (tokens > this.contextTokens) this.over += 1;
  }

  /** `upTo` is null for the open bin. Tokens are estimated, hence isExact false. */
  numbers() {
    return {
      bins: this.bins.map((rows, i) => ({ upTo: EDGES[i] ?? null, rows })),
      contextTokens: this.contextTokens,
      overContext: this.over,
      longest: this.longest,
      mean: this.rows === 0 ? 0 : Math.round(this.sum / this.rows),
      isExact: false,
    };
  }
}
