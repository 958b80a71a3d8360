import { createHash } from "node:crypto";
import { z } from "zod";
import type { components } from "./schema.gen";
import { createTransport, RunnerError } from "./transport";

/** Values of one vector, as the model gives them; each is a float16, little-endian, in all that is stored and sent. */
export const DIMENSIONS = 384;
export const VECTOR_BYTES = 2 * DIMENSIONS;
/** What one call takes; the runner refuses more. */
export const TEXTS_A_CALL = 32;
export const ASKED_A_CALL = 1000;
export const MOST_COMPARED = 100_000;
export const MOST_DRAWN = 2000;

const Embedded = z.object({
  model: z.string().min(1).max(200),
  dimensions: z.literal(DIMENSIONS),
  vectors: z.base64(),
});

const Nearest = z.object({
  nearest: z.array(
    z.object({ row: z.int().min(0).nullable(), cosine: z.number().min(-1.01).max(1.01).nullable() }),
  ),
});
export type NearestRow = z.output<typeof Nearest>["nearest"][number];

const Drawn = z
  .object({
    points: z.array(z.tuple([z.number(), z.number()])),
    explained: z.tuple([z.number(), z.number()]),
    kept_neighbours: z.number().nullable(),
  })
  .transform(({ kept_neighbours, ...rest }) => ({ ...rest, keptNeighbours: kept_neighbours }));
export type Drawing = z.output<typeof Drawn>;

/** Compile-time only: what the contract says is sent must be what the schemas above read. */
type Wire = components["schemas"];
type Reads<Schema extends z.ZodType, Sent extends z.input<Schema>> = [Schema, Sent];
export type ContractCheck = [
  Reads<typeof Nearest, Wire["NearestRows"]>,
  Reads<typeof Drawn, Wire["MapOfRows"]>,
  Reads<z.ZodObject<{ model: z.ZodString; vectors: z.ZodString }>, Wire["Embeddings"]>,
];

/** Errors are RunnerError: EMBEDDER_MISSING where the model is not installed; `retryable` says what is worth asking again. */
export interface RunnerEmbeddings {
  /** One vector a text, row after row; at most TEXTS_A_CALL texts. */
  embed(texts: string[]): Promise<{ model: string; vectors: Buffer }>;
  /** Sends rows that the runner lacks; returns the hash they are known by. */
  keep(rows: Buffer): Promise<string>;
  /**
   * The most alike earlier row of each of `count` rows of the kept chunks, from `first`; both count over all chunks.
   * `skip` holds one bit a row, lowest first: rows that nothing is compared with.
   */
  nearest(chunks: string[], first: number, count: number, skip: Buffer): Promise<NearestRow[]>;
  /** Two coordinates for each of at most MOST_DRAWN kept rows. */
  draw(rows: string): Promise<Drawing>;
}

/** Longer than the runner takes itself, waiting behind others included. */
const TIMEOUT_MS = 5 * 60_000;

export function createEmbeddings(options: { url: string; token: string }): RunnerEmbeddings {
  const { send, ok, json } = createTransport(options);
  return {
    embed: async (texts) => {
      const { model, vectors } = await json(Embedded, "POST", "/embeddings", { texts }, TIMEOUT_MS);
      const bytes = Buffer.from(vectors, "base64");
      if (bytes.length !== texts.length * VECTOR_BYTES) throw unlike("/embeddings");
      return { model, vectors: bytes };
    },
    keep: async (rows) => {
      const path = `/embeddings/rows/${createHash("sha256").update(rows).digest("hex")}`;
      if (!(await send("HEAD", path)).ok) await ok(await send("PUT", path, rows, TIMEOUT_MS));
      return path.slice(-64);
    },
    nearest: async (chunks, first, count, skip) => {
      const body = { chunks, first, count, skip: skip.toString("base64") };
      const { nearest } = await json(Nearest, "POST", "/embeddings/nearest", body, TIMEOUT_MS);
      if (nearest.length !== count) throw unlike("/embeddings/nearest");
      return nearest;
    },
    draw: (vectors) => json(Drawn, "POST", "/embeddings/map", { vectors }, TIMEOUT_MS),
  };
}

const unlike = (path: string) =>
  new RunnerError(200, {
    code: "RUNNER_PROTOCOL",
    message: `The runner's answer to ${path} has another number of rows than was asked for.`,
    retryable: false,
  });
