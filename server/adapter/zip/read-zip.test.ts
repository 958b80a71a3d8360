import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { readZip } from "./read-zip";
import { writeZip } from "./write-zip";

const LIMITS = { entries: 8, bytes: 10_000_000, ratio: 100 };

/** A zip as Python writes it, by a script that has `z` open. */
function python(script: string): Buffer {
  const code = [
    "import io, sys, zipfile",
    "b = io.BytesIO()",
    "z = zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED)",
    script,
    "z.close()",
    "sys.stdout.buffer.write(b.getvalue())",
  ].join("\n");
  return execFileSync("python3", ["-c", code], { maxBuffer: 64_000_000 });
}

const code = (archive: Buffer, limits = LIMITS) => {
  try {
    for (const entry of readZip(archive, limits)) entry.read();
  } catch (error) {
    return [(error as { code: string }).code, (error as Error).message];
  }
  return ["read", ""];
};

test("packed and stored files, folders among them, come out as they went in", () => {
  const archive = python("z.mkdir('a')\nz.writestr('a/b.txt', 'hello ' * 100)\nz.writestr('empty', '')");
  expect(readZip(archive, LIMITS).map(({ name, bytes, read }) => [name, bytes, read().toString()])).toEqual([
    ["a/b.txt", 600, "hello ".repeat(100)],
    ["empty", 0, ""],
  ]);
});

test("our own zips are read back", async () => {
  const content = Buffer.from("weights");
  const zip = writeZip([
    {
      name: "w",
      bytes: 7,
      open: async function* () {
        yield content;
      },
    },
  ]);
  const parts: Uint8Array[] = [];
  for await (const part of zip.stream()) parts.push(part);
  expect(readZip(Buffer.concat(parts), LIMITS)[0]!.read().equals(content)).toBe(true);
});

test.each([
  ["../../x", "ARCHIVE_PATH"],
  ["/etc/passwd", "ARCHIVE_PATH"],
  ["C:/x", "ARCHIVE_PATH"],
  ["a\\\\..\\\\x", "ARCHIVE_PATH"],
  ["inner.zip", "ARCHIVE_NESTED"],
  ["inner.tar.gz", "ARCHIVE_NESTED"],
])("an entry named %s is refused before anything is unpacked", (name, expected) => {
  expect(code(python(`z.writestr('${name}', 'x')`))[0]).toBe(expected);
});

test("a link is refused, naming the entry", () => {
  const link =
    "i = zipfile.ZipInfo('link')\ni.create_system = 3\ni.external_attr = 0o120777 << 16\nz.writestr(i, '/etc/passwd')";
  expect(code(python(link))).toEqual(["ARCHIVE_PATH", "The zip holds “link”: it is a link to another file."]);
});

test("a bomb, too many files and too much in all are refused by what they declare", () => {
  expect(code(python("z.writestr('zeros', b'\\0' * 2_000_000)"))[0]).toBe("ARCHIVE_TOO_LARGE");
  expect(code(python("for i in range(9): z.writestr(str(i), 'x')"))[0]).toBe("ARCHIVE_TOO_LARGE");
  const random = python(
    "import os\nz.writestr('a', os.urandom(60_000))\nz.writestr('b', os.urandom(60_000))",
  );
  expect(code(random, { ...LIMITS, bytes: 100_000 })[0]).toBe("ARCHIVE_TOO_LARGE");
});

test("a bomb that lies about its size is stopped while it unpacks", () => {
  const archive = python("z.writestr('zeros', b'\\0' * 2_000_000)");
  const central = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  archive.writeUInt32LE(100, central + 24);
  expect(code(archive)).toEqual([
    "ARCHIVE_CORRUPT",
    "The zip cannot be read: “zeros” does not unpack to the size it states.",
  ]);
});

test("a cut, a changed and an encrypted archive are refused in words", () => {
  const archive = python("z.writestr('a.txt', 'hello')");
  expect(code(archive.subarray(0, archive.length - 30))[0]).toBe("ARCHIVE_CORRUPT");
  expect(code(Buffer.alloc(0))[0]).toBe("ARCHIVE_CORRUPT");
  const changed = Buffer.from(archive);
  changed[36] = changed[36]! ^ 0xff;
  expect(code(changed)[0]).toBe("ARCHIVE_CORRUPT");
  const central = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  const encrypted = Buffer.from(archive);
  encrypted.writeUInt16LE(1, central + 8);
  expect(code(encrypted)[0]).toBe("ARCHIVE_UNSUPPORTED");
});

test("no bytes at random make it throw anything but its own refusals", () => {
  const archive = python("z.writestr('a.txt', 'hello ' * 50)\nz.writestr('b.txt', 'x')");
  let state = 7;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
  for (let i = 0; i < 2_000; i += 1) {
    const copy = Buffer.from(archive);
    for (let k = 0; k <= random(4); k += 1) copy[random(copy.length)] = random(256);
    expect(code(copy)[0]).toMatch(/^(read|ARCHIVE_[A-Z_]+)$/);
  }
});
