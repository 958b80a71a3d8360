import { createHash } from "node:crypto";
import {
  DIMENSIONS,
  MOST_COMPARED,
  type NearestRow,
  type RunnerEmbeddings,
  TEXTS_A_CALL,
  VECTOR_BYTES,
} from "@/server/runner/embeddings";
import { RunnerError } from "@/server/runner/transport";

/**
 * The runner's embeddings by plain arithmetic: a word is one axis, so texts of the same words are equal. What it takes and
 * refuses is the real one's; `real-runner.test.ts` holds the two against each other.
 */
export class TestEmbeddings implements RunnerEmbeddings {
  readonly kept = new Map<string, Buffer>();
  calls = { embed: 0, nearest: 0, draw: 0 };
  texts: string[] = [];
  /** Thrown in place of the n-th answer from now, once. */
  fault: { op: keyof TestEmbeddings["calls"]; after: number; error: Error } | null = null;

  private call(op: keyof TestEmbeddings["calls"]): void {
    this.calls[op] += 1;
    if (this.fault?.op !== op) return;
    this.fault.after -= 1;
    if (this.fault.after > 0) return;
    const { error } = this.fault;
    this.fault = null;
    throw error;
  }

  async embed(texts: string[]) {
    this.call("embed");
    if (texts.length > TEXTS_A_CALL) throw new Error("too many texts");
    this.texts.push(...texts);
    const values = new Float32Array(texts.length * DIMENSIONS);
    texts.forEach((text, i) => {
      const axes = text.toLowerCase().match(/\w+/g) ?? [];
      for (const word of new Set(axes)) values[i * DIMENSIONS + axis(word)]! += 1;
    });
    return { model: "test", vectors: halves(values) };
  }

  async keep(rows: Buffer) {
    const hash = createHash("sha256").update(rows).digest("hex");
    this.kept.set(hash, Buffer.from(rows));
    return hash;
  }

  async nearest(chunks: string[], first: number, count: number, skip: Buffer): Promise<NearestRow[]> {
    this.call("nearest");
    const rows = floats(Buffer.concat(chunks.map((hash) => this.kept.get(hash)!)));
    if (rows.length > MOST_COMPARED) throw new Error("too many rows");
    return Array.from({ length: count }, (_, i) => bruteForce(rows, first + i, skip));
  }

  async draw(hash: string) {
    this.call("draw");
    const rows = floats(this.kept.get(hash)!);
    return {
      points: rows.map((row): [number, number] => [row[0]!, row[1]!]),
      explained: [0.2, 0.1] as [number, number],
      keptNeighbours: null,
    };
  }
}

const axis = (word: string) => createHash("sha256").update(word).digest().readUInt32BE(0) % DIMENSIONS;

/** The nearest of all rows before `row`, one product after the other. */
export function bruteForce(rows: number[][], row: number, skip: Buffer): NearestRow {
  let best: NearestRow = { row: null, cosine: null };
  for (let other = 0; other < row; other += 1) {
    if (skip[other >> 3]! & (1 << (other & 7))) continue;
    const cosine = rows[row]!.reduce((sum, value, k) => sum + value * rows[other]![k]!, 0);
    if (best.cosine === null || cosine > best.cosine) best = { row: other, cosine };
  }
  return best;
}

/** Rows scaled to length one, as float16. */
function halves(values: Float32Array): Buffer {
  const bytes = Buffer.alloc((values.length / DIMENSIONS) * VECTOR_BYTES);
  for (let at = 0; at < values.length; at += DIMENSIONS) {
    const row = values.subarray(at, at + DIMENSIONS);
    const length = Math.hypot(...row) || 1;
    row.forEach((value, k) => {
      bytes.writeUInt16LE(toHalf(value / length), 2 * (at + k));
    });
  }
  return bytes;
}

export function floats(bytes: Buffer): number[][] {
  return Array.from({ length: bytes.length / VECTOR_BYTES }, (_, i) =>
    Array.from({ length: DIMENSIONS }, (_, k) => fromHalf(bytes.readUInt16LE(i * VECTOR_BYTES + 2 * k))),
  );
}

/** Values from 2⁻¹⁴ to 1, and 0; that is all that comes here. */
function toHalf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) + Math.round((value / 2 ** exponent - 1) * 1024);
}

function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

export const runnerError = (code: string, retryable: boolean) =>
  new RunnerError(retryable ? 0 : 501, { code, message: `${code} of a test.`, retryable });
