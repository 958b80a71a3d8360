import { createHash } from "node:crypto";

/** A body whose connection breaks after `bytes`. */
export function cutBody(content: Uint8Array, bytes: number, chunkBytes = 1_000): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes) return controller.error(new Error("the connection broke"));
      const end = Math.min(at + chunkBytes, bytes);
      controller.enqueue(content.slice(at, end));
      at = end;
    },
  });
}

/** `Upload-Metadata` of the protocol. */
export const metadata = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");

export const checksumOf = (content: Uint8Array, algorithm = "sha256"): string =>
  `${algorithm} ${createHash(algorithm).update(content).digest("base64")}`;

/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}
