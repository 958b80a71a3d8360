import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Every file below a folder as paths relative to it, sorted; empty when the folder does not exist. */
export function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}

/** Counts and hashes what passes through; `seen` holds the sums when the stream has ended. */
export function hashing() {
  const hash = createHash("sha256");
  const seen = { bytes: 0, sha256: "" };
  const stream = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      seen.bytes += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      seen.sha256 = hash.digest("hex");
      done();
    },
  });
  return { stream, seen };
}

/** Writes a stream to a file of this path (folders made) and answers {bytes, sha256}. */
export async function writeHashed(source, file) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const { stream, seen } = hashing();
  await pipeline(source, stream, createWriteStream(file, { mode: 0o600, flags: "wx" }));
  return seen;
}

export const copyHashed = (from, to) => writeHashed(createReadStream(from), to);

export async function hashFile(file) {
  const { stream, seen } = hashing();
  stream.resume();
  await pipeline(createReadStream(file), stream);
  return seen;
}

/** The blobs of a folder of content-addressed files whose name is not the hash of what they hold. */
export async function damagedBlobs(folder) {
  const root = resolve(folder, "sha256");
  const damaged = [];
  for (const path of listFiles(root)) {
    const { sha256 } = await hashFile(resolve(root, path));
    if (sha256 !== path.split(/[\\/]/).at(-1)) damaged.push(path);
  }
  return damaged;
}
