import { entropyToMnemonic } from "@scure/bip39";
import { wordlist as english } from "@scure/bip39/wordlists/english";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { csvLine } from "@/server/review/export/csv-line";
import { pairsOf } from "./fuzz/good-file";
import { workbookFile } from "./fuzz/office-file";
import type { Random } from "./fuzz/random";
import { guarded } from "./mended";
import { around, csv, read, said, tables, variants } from "./test-bad-inputs";

test("row 16: a line that is no JSON, by line and column; the others are kept", async () => {
  await variants(async (random) => {
    const { pairs, bad } = around(random);
    const lines = pairs.map((pair) => JSON.stringify(pair));
    // A comma is missing behind the first text.
    const at = JSON.stringify(pairs[bad]!.prompt).length + '{"prompt":'.length;
    lines[bad] = `${lines[bad]!.slice(0, at)} ${lines[bad]!.slice(at + 1)}`;
    const broken = (line: number, column: number) => ({
      code: "JSON_LINE",
      row: bad + 1,
      column: null,
      message: `Not JSON at line ${line}, column ${column}: expected , or }.`,
    });
    const jsonl = await read("a.jsonl", lines.join("\n"));
    expect(jsonl.problems.map(said)).toEqual([broken(bad + 1, at + 2)]);
    expect(jsonl.rows.kept).toBe(pairs.length - 1);
    const json = await read("a.json", `[\n  ${lines.join(",\n  ")}\n]`);
    expect(json.problems.map(said)).toEqual([broken(bad + 2, at + 4)]);
    expect(json.rows.kept).toBe(pairs.length - 1);
  });
});

test("rows 17, 18, 19: JSON too deep, a name twice, a number out of range", async () => {
  await variants(async (random) => {
    const { pairs, bad } = around(random);
    const depth = random.pick([32, 40, 1000, 200_000]);
    const [open, close] = random.pick([
      ["[", "]"],
      ['{"a":', "}"],
    ] as const);
    const number = random.pick(["1e400", "-1e999", "NaN", "Infinity"]);
    const cases = (line: number, at: number) =>
      [
        [
          `{"prompt":"p","answer":${open.repeat(depth)}1${close.repeat(depth)}}`,
          "JSON_TOO_DEEP",
          null,
          `Row ${bad + 1} (line ${line}) nests more than 32 levels (max 32).`,
        ],
        [
          '{"prompt":"p","answer":"a","prompt":"q"}',
          "JSON_DUPLICATE_KEY",
          "prompt",
          `Row ${bad + 1} (line ${line}) names "prompt" twice.`,
        ],
        [
          `{"prompt":"p","answer":${number}}`,
          "NUMBER_RANGE",
          null,
          `Row ${bad + 1} (line ${line}, column ${at}): ${number} is not a number that can be stored.`,
        ],
      ] as const;
    const before = JSON.stringify(pairs.slice(0, bad)).length - (bad === 0 ? 1 : 0);
    const files = [
      ["a.jsonl", "", "\n", "", bad + 1, 24],
      ["a.json", "[\n", ",\n", "\n]", bad + 2, 24],
      ["a.json", "[", ",", "]", 1, before + 24],
    ] as const;
    for (const [name, start, between, end, line, at] of files)
      for (const [broken, code, column, message] of cases(line, at)) {
        const objects = pairs.map((pair, i) => (i === bad ? broken : JSON.stringify(pair)));
        const { problems, rows } = await read(name, start + objects.join(between) + end);
        expect(problems.map(said)).toEqual([{ code, row: bad + 1, column, message }]);
        expect(rows.kept).toBe(pairs.length - 1);
      }
  });
});

test("rows 21 and 23: a NUL, half of a character, and a cell too large, by row and column, in every kind of table", async () => {
  await variants(async (random) => {
    const { pairs, bad } = around(random);
    const column = random.pick(["prompt", "answer"] as const);
    const [text, code, what] = random.pick([
      ["a\0b", "TEXT_CONTROL", "holds a NUL character."],
      ["x".repeat(random.int(65_537, 90_000)), "CELL_TOO_LARGE", "is too large (max 64 KB)."],
      ["é".repeat(32_769), "CELL_TOO_LARGE", "is too large (max 64 KB)."],
    ] as const);
    const broken = pairs.map((pair, i) => (i === bad ? { ...pair, [column]: text } : pair));
    const wanted = [{ code, row: bad + 1, column, message: `Row ${bad + 1}, column "${column}" ${what}` }];
    const cells = broken.map(({ prompt, answer }) => [prompt, answer]);
    const table = [["prompt", "answer"], ...cells];
    const columnData = (["prompt", "answer"] as const).map((name) => ({
      name,
      data: broken.map((pair) => pair[name]),
      type: "STRING" as const,
    }));
    const written: [string, string | Buffer][] = [
      ["a.csv", csv(table)],
      ["a.jsonl", broken.map((pair) => JSON.stringify(pair)).join("\n")],
      ["a.json", JSON.stringify(broken, null, 1)],
      ["a.parquet", Buffer.from(parquetWriteBuffer({ columnData }))],
    ];
    // XML holds no NUL: there a cell says it as _x0000_.
    written.push([
      "a.xlsx",
      workbookFile(
        { Rows: table.map((row) => row.map((cell) => cell.replaceAll("\0", "_x0000_"))) },
        { isInline: random.chance(0.5) },
      ),
    ]);
    for (const [name, content] of written) {
      const { problems, rows } = await read(name, content);
      expect(problems.map(said)).toEqual(wanted);
      expect(rows.kept).toBe(pairs.length - 1);
    }
    const lone = pairs.map((pair, i) => JSON.stringify(i === bad ? { ...pair, [column]: "a\ud800b" } : pair));
    expect((await read("a.jsonl", lone.join("\n"))).problems.map(said)).toEqual([
      {
        code: "TEXT_CONTROL",
        row: bad + 1,
        column,
        message: `Row ${bad + 1}, column "${column}" holds half of a character (a lone surrogate).`,
      },
    ]);
  });
});

/** What a reader does not see, by what the finding calls it. */
const HIDDEN = {
  direction: ["\u202e", "\u2067"],
  tags: ["\u{e0041}\u{e0042}"],
  "zero-width": ["\u200b".repeat(12), "\u2060".repeat(10)],
};

test("row 22: hidden signs are kept, and flagged by row, column and kind", async () => {
  await variants(async (random) => {
    const { pairs, bad } = around(random);
    const column = random.pick(["prompt", "answer"] as const);
    const [kind, signs] = random.pick(Object.entries(HIDDEN));
    const text = `a${random.pick(signs)}b ${random.int(1, 99)}`;
    const hidden = pairs.map((pair, i) => (i === bad ? { ...pair, [column]: text } : pair));
    for (const [name, content] of tables(hidden)) {
      const { rows, kept, findings } = await read(name, content);
      expect(rows.kept).toBe(pairs.length);
      expect(kept[bad]?.[column]).toBe(text);
      const found = findings.filter(({ code }) => code === "HIDDEN_TEXT");
      expect(found.map(({ row, column, message, fix }) => ({ row, column, message, fix }))).toEqual([
        {
          row: bad + 1,
          column,
          message: `Row ${bad + 1} holds text that nobody sees (${kind}).`,
          fix: "Remove the hidden characters.",
        },
      ]);
    }
  });
});

test("rows 24 and 25: formulas and markup are kept as they are; a table that goes out is guarded", async () => {
  const texts = ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@sum", "\tx", "<script>alert(1)</script>"];
  await variants(async (random) => {
    const { pairs, bad } = around(random);
    const text = `${random.pick(texts)}${random.int(1, 99)}`;
    const written = pairs.map((pair, i) => (i === bad ? { ...pair, answer: text } : pair));
    for (const [name, content] of tables(written)) {
      const { kept } = await read(name, content);
      expect(kept.map(({ answer }) => answer)).toEqual(written.map(({ answer }) => answer));
    }
    const [, cell] = csvLine(["x", text]).replace(/\r\n$/, "").split(/,(.*)/s);
    const isFormula = !text.startsWith("<");
    expect(cell!.replaceAll('"', "").startsWith("'")).toBe(isFormula);
    expect(guarded(text)).toBe(isFormula ? `'${text}` : text);
  });
});

test("row 26: a wallet key, a seed phrase or a token is named by row and kind, and its value is nowhere", async () => {
  const hex = (random: Random, digits: number) =>
    Array.from({ length: digits }, () => "0123456789abcdef"[random.int(0, 15)]).join("");
  await variants(async (random) => {
    const { pairs, bad } = around(random);
    const [value, before, what] = random.pick([
      [`0x${hex(random, 64)}`, "my private key is ", "a wallet key"],
      [phrase(random), "", "a seed phrase"],
      [`ghp_${hex(random, 36)}`, "the token: ", "an API key"],
    ] as const);
    const column = random.pick(["prompt", "answer"] as const);
    const held = pairs.map((pair, i) => (i === bad ? { ...pair, [column]: `${before}${value}` } : pair));
    for (const [name, content] of tables(held)) {
      const result = await read(name, content);
      expect(result.problems.map(said)).toEqual([
        {
          code: "SECRET_FOUND",
          row: bad + 1,
          column,
          message: `Row ${bad + 1} holds ${what}. It is not shown and not stored.`,
        },
      ]);
      expect(result.rows.kept).toBe(pairs.length - 1);
      expect(JSON.stringify(result)).not.toContain(value);
    }
  });
});

/** Twelve words of BIP 39 with the checksum of their entropy. */
const phrase = (random: Random) =>
  entropyToMnemonic(
    Uint8Array.from({ length: 16 }, () => random.int(0, 255)),
    english,
  );

test("a row that is empty, said before, or has too many fields is set aside by its number", async () => {
  await variants(async (random) => {
    const pairs = pairsOf(random, random.int(3, 12));
    const bad = random.int(1, pairs.length - 1);
    const column = random.pick(["prompt", "answer"] as const);
    const cases = [
      [
        { ...pairs[bad]!, [column]: random.pick(["", "  ", "\t"]) },
        { code: "ROW_EMPTY", column, message: `Row ${bad + 1} has nothing in "${column}".` },
      ],
      [
        pairs[0]!,
        {
          code: "ROW_DUPLICATE",
          column: null,
          message: `Row ${bad + 1} has the same prompt and answer as row 1.`,
        },
      ],
    ] as const;
    for (const [broken, wanted] of cases)
      for (const [name, content] of tables(pairs.map((pair, i) => (i === bad ? broken : pair)))) {
        const { problems, rows } = await read(name, content);
        expect(problems.map(said)).toEqual([{ row: bad + 1, ...wanted }]);
        expect(rows).toMatchObject({ uploaded: pairs.length, setAside: 1 });
      }
    const width = random.int(3, 9);
    const lines = pairs.map(({ prompt, answer }, i) =>
      i === bad ? Array(width).fill("x") : [prompt, answer],
    );
    const { problems } = await read("a.csv", csv([["prompt", "answer"], ...lines]));
    expect(problems.map(said)).toEqual([
      {
        code: "CSV_FIELDS",
        row: bad + 1,
        column: null,
        message: `Row ${bad + 1} (line ${bad + 2}) has ${width} fields, 2 expected.`,
      },
    ]);
  });
});
