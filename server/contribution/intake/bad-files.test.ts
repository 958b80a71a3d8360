import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { goodFile, KINDS, pairsOf, WRITERS } from "./fuzz/good-file";
import { workbookFile } from "./fuzz/office-file";
import { Random } from "./fuzz/random";
import { zipFile } from "./fuzz/zip-file";
import { intakeStream } from "./intake";
import { sizeText } from "./limits";
import { around, csv, folder, read, refusal, refused, tables, variants } from "./test-bad-inputs";

test("row 1: an empty file, whatever its name", async () => {
  for (const kind of [...KINDS, "gz", "zip", ""]) {
    expect(await refusal(`a.${kind}`, "")).toEqual(refused("FILE_EMPTY", "The file has 0 bytes."));
  }
  expect((await refusal("a.csv", " \n\t\r\n "))?.code).toBe("FILE_EMPTY");
  expect((await refusal("a.csv.gz", gzipSync("")))?.code).toBe("FILE_EMPTY");
});

test("rows 2 and 3: one byte over the cap, by counted bytes", async () => {
  await variants(async (random) => {
    const pairs = pairsOf(random, random.int(1, 12));
    const kind = random.pick(KINDS);
    const bytes = WRITERS[kind](pairs, random);
    const fits = await read(`a.${kind}`, bytes, { maxBytes: 1_000_000 });
    expect(fits.problem).toBeNull();
    const maxBytes = bytes.length - 1;
    async function* pieces() {
      for (let i = 0; i < bytes.length; i += 100) yield bytes.subarray(i, i + 100);
    }
    const sink = { kept: () => {}, setAside: () => {} };
    const streamed = await intakeStream(pieces(), { name: `a.${kind}`, maxBytes, scratch: folder }, sink);
    expect(streamed.problem?.code).toBe("FILE_TOO_LARGE");
    expect(streamed.problem?.message).toMatch(/ allowed \(a setting\), got more; stopped while reading\.$/);
    expect(await refusal(`a.${kind}`, bytes, { maxBytes })).toEqual(
      refused("FILE_TOO_LARGE", streamed.problem!.message),
    );
  });
});

test("row 4: content that the name does not say, and that nothing reads", async () => {
  const magic = {
    PNG: "89504e470d0a1a0a",
    JPEG: "ffd8ffe0",
    GIF: "474946383961",
    SQLite: "53514c69746520666f726d6174203300",
  };
  await variants(async (random) => {
    const [content, hex] = random.pick(Object.entries(magic));
    const [extension, label] = random.pick([
      ["csv", "CSV"],
      ["tsv", "TSV"],
      ["jsonl", "JSON Lines"],
      ["xlsx", "Excel"],
      ["pdf", "PDF"],
    ] as const);
    const rest = Buffer.from(Array.from({ length: random.int(4, 400) }, () => random.int(0, 255)));
    const bytes = Buffer.concat([Buffer.from(hex, "hex"), rest]);
    expect(await refusal(`a.${extension}`, bytes)).toEqual(
      refused("TYPE_MISMATCH", `The name says ${label}, content is ${content}.`),
    );
  });
});

test("row 5: a pickle, alone or in a model's archive", async () => {
  await variants(async (random) => {
    const noise = Buffer.from(Array.from({ length: random.int(0, 200) }, () => random.int(0, 255)));
    const pickle = Buffer.concat([
      random.pick([
        Buffer.from([0x80, random.int(2, 5)]),
        Buffer.from("cos\nsystem\n"),
        Buffer.from("(dp0\n"),
      ]),
      noise,
    ]);
    const name = random.pick(["model.pt", "model.bin", "rows.csv", "rows.pkl"]);
    const sentence = (label: string) =>
      `The content of this ${label} file is a Python pickle, which can run code when it is opened; only .safetensors is taken for a model.`;
    const label = name.split(".")[1]!.toUpperCase();
    expect(await refusal(name, pickle)).toEqual(refused("PICKLE_REFUSED", sentence(label)));
    const archive = zipFile([
      { name: "archive/data.pkl", bytes: pickle },
      { name: "archive/version", bytes: noise },
    ]);
    expect(await refusal("model.pt", archive)).toEqual(refused("PICKLE_REFUSED", sentence("PT")));
  });
});

test("row 6: what unpacks to more than the cap or 100 times its size", async () => {
  const sentence = (cap: string) =>
    `Unpacked it passes ${cap} or 100 times its packed size; stopped while unpacking.`;
  for (let seed = 1; seed <= 6; seed += 1) {
    const random = new Random(seed);
    const bytes = Buffer.from(`prompt,answer\n${`${"x".repeat(60_000)},b\n`.repeat(random.int(30, 300))}`);
    expect(await refusal("a.csv.gz", gzipSync(bytes))).toEqual(
      refused("ARCHIVE_TOO_LARGE", sentence("2.0 GB")),
    );
    expect(await refusal("a.zip", zipFile([{ name: "a.csv", bytes }]))).toEqual(
      refused("ARCHIVE_TOO_LARGE", sentence("2.0 GB")),
    );
  }
  await variants(async (random) => {
    const noise = Buffer.from(Array.from({ length: 3000 }, () => random.int(97, 122)));
    const bytes = Buffer.concat([Buffer.from("prompt,answer\nq,"), noise]);
    const maxBytes = random.int(2500, 2900);
    expect(await refusal("a.csv.gz", gzipSync(bytes), { maxBytes })).toEqual(
      refused("ARCHIVE_TOO_LARGE", sentence(sizeText(maxBytes))),
    );
    // A table that lies about the size is found out while unpacking.
    const lying = zipFile([{ name: "a.csv", bytes, declaredBytes: random.int(1, 2000) }]);
    expect(await refusal("a.zip", lying)).toEqual(
      refused(
        "FILE_CORRUPT",
        "The ZIP archive is broken: a file in it is not as long as its table of contents says.",
      ),
    );
  });
});

test("row 7: an archive in an archive", async () => {
  await variants(async (random) => {
    const inner = goodFile(random, random.pick(["csv", "jsonl"]));
    const packed =
      inner.name.endsWith("zip") || inner.name.endsWith("gz") ? inner.bytes : gzipSync(inner.bytes);
    const name = random.pick(["inner.zip", "inner.gz", "x/inner.tar", "inner.7z"]);
    const outer = zipFile([
      { name, bytes: packed },
      { name: "readme.txt", bytes: Buffer.from("hello") },
    ]);
    expect(await refusal("a.zip", outer)).toEqual(
      refused("ARCHIVE_NESTED", `The archive holds another archive: "${name}".`),
    );
    expect(await refusal("a.csv.gz.gz", gzipSync(packed))).toEqual(
      refused("ARCHIVE_NESTED", 'The archive holds another archive: "a.csv.gz".'),
    );
    expect(await refusal("b.zip", zipFile([{ name: "hidden.csv", bytes: packed }]))).toEqual(
      refused("ARCHIVE_NESTED", 'The archive holds another archive: "hidden.csv".'),
    );
  });
});

test("row 8: an entry that leads out of the archive, or is a link", async () => {
  await variants(async (random) => {
    const bytes = Buffer.from("prompt,answer\na,b\n");
    const out = random.pick([
      `${"../".repeat(random.int(1, 5))}x.csv`,
      "/etc/passwd",
      "C:/x.csv",
      "a/../../x.csv",
      "a\\..\\x.csv",
    ]);
    const good = { name: "a.csv", bytes };
    expect(await refusal("a.zip", zipFile([good, { name: out, bytes }]))).toEqual(
      refused("ARCHIVE_PATH", `The archive's entry "${out}" leads out of the archive.`),
    );
    const link = zipFile([good, { name: "link.csv", bytes: Buffer.from("/etc/passwd"), mode: 0o120777 }]);
    expect(await refusal("a.zip", link)).toEqual(
      refused("ARCHIVE_PATH", 'The archive\'s entry "link.csv" is a link to another file.'),
    );
  });
});

test("row 9: more rows than are allowed, by what is declared before a value is decoded", async () => {
  await variants(async (random) => {
    const maxRows = random.int(20, 60);
    const pairs = pairsOf(random, random.int(maxRows + 1, 63));
    const columnData = (["prompt", "answer"] as const).map((name) => ({
      name,
      data: pairs.map((pair) => pair[name]),
      type: "STRING" as const,
    }));
    const honest = Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 100 }));
    const sentence = (rows: number) => `${rows} rows declared, ${maxRows} allowed; refused before decoding.`;
    expect(await refusal("a.parquet", honest, { maxRows })).toEqual(
      refused("TOO_MANY_ROWS", sentence(pairs.length)),
    );
    // A footer that says less than it holds is no way around it.
    const few = random.int(1, maxRows);
    const lying = Buffer.from(honest);
    const footer = lying.length - 8 - lying.readUInt32LE(lying.length - 8);
    for (
      let at = lying.indexOf(2 * pairs.length, footer);
      at >= 0;
      at = lying.indexOf(2 * pairs.length, at + 1)
    )
      lying[at] = 2 * few;
    const lied = await refusal("a.parquet", lying, { maxRows });
    const counts = `${few} values declared, ${pairs.length} in its pages`;
    expect([lied?.code, lied?.message]).toEqual([
      "PARQUET_CORRUPT",
      `The Parquet file is broken at byte 4: ${counts}.`,
    ]);
    for (const [name, content] of tables(pairs).slice(0, 3))
      expect(await refusal(name, content, { maxRows })).toEqual(
        refused("TOO_MANY_ROWS", `More than ${maxRows} rows; ${maxRows} allowed.`),
      );
  });
});

test("row 10: a Parquet file that is cut or does not begin as one", async () => {
  await variants(async (random) => {
    const bytes = WRITERS.parquet(pairsOf(random, random.int(1, 20)), random);
    const cutAt = random.int(4, bytes.length - 1);
    const cut = await refusal("a.parquet", bytes.subarray(0, cutAt));
    expect(cut?.code).toBe("PARQUET_CORRUPT");
    const byte = Number(/ at byte (\d+)/.exec(cut!.message)?.[1]);
    expect(byte).toBeGreaterThanOrEqual(0);
    expect(byte).toBeLessThanOrEqual(cutAt);
    expect(await refusal("a.parquet", `${random.pick(["PAR2", "{", "prompt"])},answer\n`)).toEqual(
      refused("PARQUET_CORRUPT", "The Parquet file is broken at byte 0: it does not begin with PAR1."),
    );
    const longFooter = Buffer.from(bytes);
    longFooter.writeUInt32LE(random.int(bytes.length, 0x7fffffff), bytes.length - 8);
    expect((await refusal("a.parquet", longFooter))?.message).toContain(
      `at byte ${bytes.length - 8}: its footer of `,
    );
  });
});

test("row 11: a Parquet file with encrypted or nested columns", async () => {
  await variants(async (random) => {
    const name = random.pick(["tags", "meta", "emb"]);
    const data = Array.from({ length: random.int(1, 5) }, (_, i) => [`a${i}`, "b"]);
    const nested = parquetWriteBuffer({
      columnData: [
        { name: "prompt", data: data.map((_, i) => `q${i}`) },
        { name, data },
      ],
      schema: [
        { name: "root", num_children: 2 },
        { name: "prompt", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
        { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
      ],
    });
    expect(await refusal("a.parquet", Buffer.from(nested))).toEqual(
      refused("PARQUET_UNSUPPORTED", `The Parquet column "${name}" is nested (lists or objects).`),
    );
    const encrypted = WRITERS.parquet(pairsOf(random, 3), random);
    encrypted.write("PARE", encrypted.length - 4, "latin1");
    expect((await refusal("a.parquet", encrypted))?.message).toBe(
      'The Parquet column "every column" is encrypted.',
    );
  });
});

test("row 12: a quote that is never closed, by the line where it opened", async () => {
  await variants(async (random) => {
    const { pairs, bad } = around(random);
    const lines = ["prompt,answer", ...pairs.map((_, i) => (i === bad ? `"open ${i},b` : `q${i},a${i}`))];
    expect(await refusal("a.csv", lines.join("\n"))).toEqual(
      refused("CSV_QUOTE", `A quote (") opened on line ${bad + 2}, never closed.`),
    );
  });
});

test("row 13: too many columns, in every kind of table", async () => {
  await variants(async (random) => {
    const width = random.int(65, 200);
    const names = Array.from({ length: width }, (_, i) => `c${i}`);
    const sentence = `${width} columns or more (max 64), found in the first 64 KB.`;
    const object = Object.fromEntries(names.map((name) => [name, "x"]));
    const columnData = names.map((name) => ({ name, data: ["x"], type: "STRING" as const }));
    for (const [name, content] of [
      ["a.csv", names.join(",")],
      ["a.tsv", names.join("\t")],
      ["a.jsonl", JSON.stringify(object)],
      ["a.json", JSON.stringify([object])],
      ["a.xlsx", workbookFile({ a: [names, names] })],
      ["a.parquet", Buffer.from(parquetWriteBuffer({ columnData }))],
    ] as const) {
      expect(await refusal(name, content)).toEqual(refused("TOO_MANY_COLUMNS", sentence));
    }
  });
});

test("rows 14 and 15: a header that names a column twice, or a reserved word", async () => {
  await variants(async (random) => {
    const twice = random.pick(["text", "answer", "été", "a b"]);
    const reserved = random.pick(["__proto__", "constructor", "prototype"]);
    for (const [name, code, message] of [
      [twice, "DUPLICATE_COLUMN", `The header names "${twice}" twice.`],
      [reserved, "RESERVED_COLUMN", `The header names "${reserved}", which is a reserved word.`],
    ] as const) {
      const header = code === "DUPLICATE_COLUMN" ? ["prompt", name, name] : ["prompt", "answer", name];
      const rows = [header, ["a", "b", "c"]];
      expect(await refusal("a.csv", csv(rows, random.pick([",", ";"])))).toEqual(refused(code, message));
      expect(await refusal("a.tsv", csv(rows, "\t"))).toEqual(refused(code, message));
      expect(await refusal("a.xlsx", workbookFile({ Rows: rows }))).toEqual(refused(code, message));
      const columnData = header.map((column) => ({ name: column, data: ["a"], type: "STRING" as const }));
      const parquet = Buffer.from(parquetWriteBuffer({ columnData }));
      expect(await refusal("a.parquet", parquet)).toEqual(refused(code, message));
    }
    const object = `{"prompt":"a","answer":"b","${reserved}":1}`;
    const sentence = `The header names "${reserved}", which is a reserved word.`;
    for (const [name, content] of [
      ["a.jsonl", object],
      ["a.json", `[${object}]`],
    ] as const)
      expect(await refusal(name, content)).toEqual(refused("RESERVED_COLUMN", sentence));
  });
});

test("row 20: text that is not UTF-8, by byte and with a guess to confirm", async () => {
  await variants(async (random) => {
    const before = "prompt,answer\n".length;
    const start = "word ".repeat(random.int(1, 50));
    const text = `prompt,answer\n${start}caf\u00e9 cr\u00e8me br\u00fbl\u00e9e,dessert\n`;
    expect(await refusal("a.csv", Buffer.from(text, "latin1"))).toEqual(
      refused(
        "ENCODING",
        `The file is not UTF-8 at byte ${before + start.length + 3}, looks like ISO-8859-1 (Latin-1).`,
      ),
    );
    const confirmed = await read("a.csv", Buffer.from(text, "latin1"), { encoding: "ISO-8859-1" });
    expect(confirmed.kept[0]?.prompt).toBe(`${start}caf\u00e9 cr\u00e8me br\u00fbl\u00e9e`);
    expect((await refusal("a.csv", Buffer.from(`\ufeff${text}`, "utf16le")))?.message).toBe(
      "The file is not UTF-8 at byte 0, looks like UTF-16LE.",
    );
    expect((await refusal("a.csv", Buffer.from(text, "utf16le")))?.message).toBe(
      "The file is not UTF-8 at byte 1, looks like UTF-16LE.",
    );
  });
});

test("no column for what is asked: the columns that are there are named", async () => {
  await variants(async (random) => {
    const pairs = pairsOf(random, random.int(1, 8));
    const names = random.pick([
      ["colour", "size"],
      ["prompt", "colour"],
      ["a", "b"],
    ] as const);
    for (const [name, content] of tables(pairs, names)) {
      const found = await refusal(name, content, { mapping: { prompt: "prompt", answer: "reply" } });
      expect(found?.code).toBe("COLUMN_MISSING");
      expect(found?.message).toMatch(
        /^No column holds the (prompt|answer) \("(prompt|reply)"\)\. Columns found: /,
      );
      expect(found?.message).toContain(names.map((one) => `"${one}"`).join(", "));
    }
  });
});
