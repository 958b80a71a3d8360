import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ByteSource } from "../bytes";
import { FileRefused, problem } from "../codes";
import { LIMITS } from "../limits";

/**
 * Passes unpacked bytes on while they stay under `maxBytes` and under 100 times what was packed.
 * Throws ARCHIVE_TOO_LARGE. @param packed bytes read of the packed side so far
 */
export async function* boundedUnpack(
  source: ByteSource,
  packed: () => number,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.byteLength;
    const isOverRatio = total > LIMITS.archiveFloorBytes && total > packed() * LIMITS.archiveRatio;
    if (total > maxBytes || isOverRatio) {
      throw new FileRefused(problem("ARCHIVE_TOO_LARGE", { maxBytes }));
    }
    yield chunk;
  }
}

/** Unpacks gzip in a stream, one or several members. Throws ARCHIVE_TOO_LARGE, FILE_TOO_LARGE and FILE_CORRUPT. */
export async function* gunzip(source: ByteSource, maxBytes: number): AsyncGenerator<Uint8Array> {
  let packed = 0;
  async function* counting() {
    for await (const chunk of source) {
      packed += chunk.byteLength;
      if (packed > maxBytes) throw new FileRefused(problem("FILE_TOO_LARGE", { maxBytes }));
      yield chunk;
    }
  }
  const input = Readable.from(counting(), { objectMode: false, highWaterMark: 65_536 });
  const unpacked = createGunzip({ chunkSize: 65_536 });
  input.on("error", (error) => unpacked.destroy(error));
  input.pipe(unpacked);
  try {
    yield* boundedUnpack(unpacked, () => packed, maxBytes);
  } catch (error) {
    throw zlibFault(error) ?? error;
  } finally {
    input.destroy();
    unpacked.destroy();
  }
}

function zlibFault(error: unknown): FileRefused | null {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? "";
  if (!code.startsWith("Z_")) return null;
  const reason = code === "Z_BUF_ERROR" ? "it ends too early" : "its packed bytes do not fit together";
  return new FileRefused(problem("FILE_CORRUPT", { what: "gzip file", reason }));
}
