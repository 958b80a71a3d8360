import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "blob-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a disk that takes no more refuses the file with a sentence and keeps nothing of it", {
  timeout: 60_000,
}, () => {
  const outfile = path.join(folder, "blob-store.mjs");
  buildSync({
    entryPoints: ["server/storage/blob-store.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  const script = `const { FolderBlobStore } = await import(${JSON.stringify(outfile)});
    const store = new FolderBlobStore(${JSON.stringify(folder)});
    const small = await store.put("fits");
    const error = await store.put(Buffer.alloc(100_000)).catch((error) => error);
    console.log(JSON.stringify([small.bytes, error.status, error.code, error.message, error.fix]));`;
  // Files of a process of this shell may not grow beyond a few kilobytes.
  const limited = [
    "-c",
    'ulimit -f 8; exec "$0" "$@"',
    process.execPath,
    "--input-type=module",
    "-e",
    script,
  ];
  const { stdout, stderr } = spawnSync("sh", limited, { encoding: "utf8", cwd: process.cwd() });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual([
    4,
    507,
    "NO_SPACE",
    "The disk is full, so the file was not stored.",
    "Nothing was kept of it. Free some space, then upload again.",
  ]);
  expect(readdirSync(path.join(folder, "tmp"))).toEqual([]);
});
