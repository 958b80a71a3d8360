import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeZip, type ZipFile } from "./write-zip";

const folder = mkdtempSync(path.join(tmpdir(), "modelfactory-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, ...chunks: string[]): ZipFile => ({
  name,
  bytes: Buffer.byteLength(chunks.join("")),
  open: async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  },
});

async function bytesOf(files: ZipFile[]): Promise<Buffer> {
  const zip = writeZip(files);
  const parts: Uint8Array[] = [];
  for await (const part of zip.stream()) parts.push(part);
  const whole = Buffer.concat(parts);
  expect(whole.length).toBe(zip.bytes);
  return whole;
}

test("equal files give equal bytes, at any hour and however they arrive in pieces", async () => {
  const bytes = await bytesOf([file("a.txt", "hello"), file("größe/b.bin", "wor", "ld")]);
  const again = await bytesOf([file("a.txt", "he", "llo"), file("größe/b.bin", "world")]);
  expect(again.equals(bytes)).toBe(true);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(
    "a180d8244691abdc1e5b999fa0e3165fcc6756007aab0d2a2b278b0d7fa24a0d",
  );
});

test("another program reads it back: names, contents, checksums", async () => {
  const archive = path.join(folder, "out.zip");
  writeFileSync(
    archive,
    await bytesOf([file("a.txt", "hello"), file("empty", ""), file("größe/b.bin", "\0\xff")]),
  );
  const python = [
    "import sys, zipfile",
    "z = zipfile.ZipFile(sys.argv[1])",
    "assert z.testzip() is None",
    "z.extractall(sys.argv[2])",
    "print([(i.filename, i.file_size, i.date_time, oct(i.external_attr >> 16)) for i in z.infolist()])",
  ].join("\n");
  const out = path.join(folder, "out");
  const listed = execFileSync("python3", ["-c", python, archive, out], { encoding: "utf8" });
  expect(listed.trim()).toBe(
    "[('a.txt', 5, (1980, 1, 1, 0, 0, 0), '0o100644'), ('empty', 0, (1980, 1, 1, 0, 0, 0), '0o100644'), ('größe/b.bin', 3, (1980, 1, 1, 0, 0, 0), '0o100644')]",
  );
  expect(readdirSync(out).sort()).toEqual(["a.txt", "empty", "größe"]);
  expect(readFileSync(path.join(out, "größe", "b.bin"), "utf8")).toBe("\0\xff");
});

test("a file that is not as long as it was said to be breaks the stream instead of the archive", async () => {
  const liar = { ...file("a.txt", "hello"), bytes: 4 };
  await expect(bytesOf([liar])).rejects.toThrow("a.txt has 5 bytes, not 4");
});

test("more than the form can hold is refused before the first byte", () => {
  expect(() => writeZip([{ ...file("a"), bytes: 2 ** 32 }])).toThrow(RangeError);
});
