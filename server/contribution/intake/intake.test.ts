import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type IntakeOptions, intakeFile, intakeStream } from "./intake";

const folder = mkdtempSync(join(tmpdir(), "intake-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Uint8Array, extension = "csv"): string {
  const path = join(folder, `${randomUUID()}.${extension}`);
  writeFileSync(path, content);
  return path;
}
const read = (content: string | Uint8Array, extension = "csv", options: IntakeOptions = {}) =>
  intakeFile(file(content, extension), options);

describe("files that are refused", () => {
  const cases: [
    name: string,
    content: string | Uint8Array,
    extension: string,
    options: IntakeOptions,
    said: string,
  ][] = [
    ["1 empty", "", "csv", {}, "FILE_EMPTY: The file has 0 bytes."],
    ["header only", "prompt,answer\n", "csv", {}, "FILE_EMPTY: The file has 14 bytes but no rows in it."],
    [
      "2 too large",
      "a,b\n1,2\n",
      "csv",
      { maxBytes: 7 },
      "FILE_TOO_LARGE: 7 bytes allowed (a setting), got more; stopped while reading.",
    ],
    [
      "4 PNG",
      Buffer.from("89504e470d0a1a0a0000000d", "hex"),
      "csv",
      {},
      "TYPE_MISMATCH: The name says CSV, content is PNG.",
    ],
    [
      "4 zip",
      Buffer.from("504b030414000000", "hex"),
      "jsonl",
      {},
      "TYPE_MISMATCH: The name says JSON Lines, content is ZIP or an Excel workbook.",
    ],
    [
      "JSON array",
      '[{"prompt":"a","answer":"b"}]',
      "json",
      {},
      "TYPE_MISMATCH: The name says JSON, content is one JSON array, not one object per line.",
    ],
    [
      "CSV named JSONL",
      "prompt,answer\na,b\n",
      "jsonl",
      {},
      "TYPE_MISMATCH: The name says JSON Lines, content is not JSON Lines.",
    ],
    [
      "12 unclosed quote",
      'prompt,answer\n"never closed,b\nc,d\ne,f\n',
      "csv",
      {},
      'CSV_QUOTE: A quote (") opened on line 2, never closed.',
    ],
    [
      "12 closed by another's quote",
      'prompt,answer\na,b\n"open,b\n"good, text",d\n',
      "csv",
      {},
      'CSV_QUOTE: A quote (") opened on line 3, never closed.',
    ],
    [
      "13 columns",
      Array.from({ length: 65 }, (_, i) => `c${i}`).join(","),
      "csv",
      {},
      "TOO_MANY_COLUMNS: 65 columns or more (max 64), found in the first 64 KB.",
    ],
    [
      "14 duplicate header",
      "text,label,text\na,b,c\n",
      "csv",
      {},
      'DUPLICATE_COLUMN: The header names "text" twice.',
    ],
    [
      "15 __proto__",
      "prompt,__proto__\na,b\n",
      "csv",
      {},
      'RESERVED_COLUMN: The header names "__proto__", which is a reserved word.',
    ],
    [
      "15 constructor",
      "constructor,answer\na,b\n",
      "csv",
      {},
      'RESERVED_COLUMN: The header names "constructor", which is a reserved word.',
    ],
    [
      "15 in JSON",
      '{"prompt":"a","answer":"b","__proto__":1}\n',
      "jsonl",
      {},
      'RESERVED_COLUMN: The header names "__proto__", which is a reserved word.',
    ],
    [
      "20 Latin-1",
      Buffer.from("prompt,answer\ncaf\xe9 cr\xe8me,drink\n", "latin1"),
      "csv",
      {},
      "ENCODING: The file is not UTF-8 at byte 17, looks like ISO-8859-1 (Latin-1).",
    ],
    [
      "20 windows-1252",
      Buffer.from("prompt,answer\n\x93quoted\x94,drink\n", "latin1"),
      "csv",
      {},
      "ENCODING: The file is not UTF-8 at byte 14, looks like windows-1252.",
    ],
    [
      "20 UTF-16 with mark",
      Buffer.from("\ufeffprompt,answer\na,b\n", "utf16le"),
      "csv",
      {},
      "ENCODING: The file is not UTF-8 at byte 0, looks like UTF-16LE.",
    ],
    [
      "20 UTF-16 without mark",
      Buffer.from("prompt,answer\na,b\n", "utf16le"),
      "csv",
      {},
      "ENCODING: The file is not UTF-8 at byte 1, looks like UTF-16LE.",
    ],
    [
      "no answer column",
      "question,colour\na,b\n",
      "csv",
      {},
      'COLUMN_MISSING: No column holds the answer. Columns found: "question", "colour".',
    ],
    [
      "mapping to nothing",
      "question,answer\na,b\n",
      "csv",
      { mapping: { prompt: "q" } },
      'COLUMN_MISSING: No column holds the prompt ("q"). Columns found: "question", "answer".',
    ],
    [
      "too many rows",
      "prompt,answer\na,b\nc,d\ne,f\n",
      "csv",
      { maxRows: 2 },
      "TOO_MANY_ROWS: More than 2 rows; 2 allowed.",
    ],
  ];
  test.each(cases)("%s", async (_name, content, extension, options, said) => {
    const result = await read(content, extension, options);
    expect(`${result.problem?.code}: ${result.problem?.message}`).toBe(said);
    expect(result.problem?.scope).toBe("file");
    expect(result.rows).toEqual({ uploaded: 0, kept: 0, repaired: 0, setAside: 0 });
    expect(result.problems).toHaveLength(1);
  });

  test("13: a million columns are refused from the head of the file", async () => {
    let pulled = 0;
    async function* endless() {
      for (;;) {
        pulled += 1;
        yield Buffer.from("x,".repeat(32_768));
      }
    }
    const ignore = { kept: () => {}, setAside: () => {} };
    const result = await intakeStream(endless(), { name: "wide.csv" }, ignore);
    expect(result.problem?.code).toBe("TOO_MANY_COLUMNS");
    expect(pulled).toBeLessThanOrEqual(5);
  });

  test("3: a cap is counted, wherever the bytes come from", async () => {
    let pulled = 0;
    async function* endless() {
      yield Buffer.from("prompt,answer\n");
      for (;;) {
        pulled += 1;
        yield Buffer.from(`question ${pulled},answer\n`.repeat(1000));
      }
    }
    const ignore = { kept: () => {}, setAside: () => {} };
    const result = await intakeStream(endless(), { name: "a.csv", maxBytes: 1_000_000 }, ignore);
    expect(result.problem?.message).toBe("1.0 MB allowed (a setting), got more; stopped while reading.");
    expect(pulled).toBeLessThan(60);
  });

  test("a file that is not there", async () => {
    const result = await intakeFile(join(folder, "none.csv"));
    expect(result.problem?.message).toBe("The file could not be read: it does not exist.");
  });
});

describe("rows that are set aside", () => {
  test("CSV: each with its number, the others kept", async () => {
    const big = "x".repeat(65_537);
    const content = [
      "question,answer,topic",
      "q1,a1,t",
      "q2,a2",
      "q3,,t",
      `"q4 ${big}",a4,t`,
      "q1,a1,other",
      "q6\u0000,a6,t",
      "",
      '"He said ""hi""\nand left",a8,t',
      "q9,a9,t",
      "",
      "",
    ].join("\r\n");
    const result = await read(content);
    expect(result.rows).toEqual({ uploaded: 9, kept: 3, repaired: 0, setAside: 6 });
    expect(result.kept.map((row) => [row.rowNumber, row.line, row.prompt])).toEqual([
      [1, 2, "q1"],
      [8, 9, 'He said "hi"\nand left'],
      [9, 11, "q9"],
    ]);
    expect(result.problems.map(({ code, row, column, message }) => [code, row, column, message])).toEqual([
      ["CSV_FIELDS", 2, null, "Row 2 (line 3) has 2 fields, 3 expected."],
      ["ROW_EMPTY", 3, "answer", 'Row 3 has nothing in "answer".'],
      ["CELL_TOO_LARGE", 4, "question", 'Row 4, column "question" is too large (max 64 KB).'],
      ["ROW_DUPLICATE", 5, null, "Row 5 has the same prompt and answer as row 1."],
      ["TEXT_CONTROL", 6, "question", 'Row 6, column "question" holds a NUL character.'],
      ["ROW_EMPTY", 7, null, "Row 7 is empty."],
    ]);
    expect(result.setAside[0]).toMatchObject({ row: 2, code: "CSV_FIELDS", raw: "q2,a2" });
    expect(result.counts).toEqual({
      CSV_FIELDS: 1,
      ROW_EMPTY: 2,
      CELL_TOO_LARGE: 1,
      ROW_DUPLICATE: 1,
      TEXT_CONTROL: 1,
    });
  });

  test("16: JSON Lines with a bad line 5,000", async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => JSON.stringify({ prompt: `p${i}`, answer: "a" }));
    lines[4999] = '{"prompt": "p" "answer": "a"}';
    const result = await read(lines.join("\n"), "jsonl");
    expect(result.rows).toEqual({ uploaded: 6000, kept: 5999, repaired: 0, setAside: 1 });
    expect(result.problems).toEqual([
      {
        code: "JSON_LINE",
        scope: "row",
        row: 5000,
        column: null,
        message: "Not JSON at line 5000, column 16: expected , or }.",
        fix: 'Write one object per line, such as {"prompt": "…", "answer": "…"}.',
      },
    ]);
  });

  test("17, 18, 19, 21, 23 in JSON Lines", async () => {
    const result = await read(
      [
        `{"prompt":"deep","answer":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
        '{"prompt":"p","answer":"a","prompt":"q"}',
        '{"prompt":"p","answer":1e400}',
        '{"prompt":"p","answer":NaN}',
        '{"prompt":"p\\u0000","answer":"a"}',
        '{"prompt":"p\u0000","answer":"a"}',
        '{"prompt":"p","answer":"\\ud800"}',
        `{"prompt":"p","answer":"${"x".repeat(10_000_000)}"}`,
        "[1,2]",
        '{"prompt":"p","answer":{"text":"a"}}',
        '{"prompt":"only prompt"}',
        '{"prompt":"p","answer":"ok"}',
      ].join("\n"),
      "jsonl",
    );
    expect(result.problems.map(({ code, row, column }) => `${row} ${code} ${column ?? "-"}`)).toEqual([
      "1 JSON_TOO_DEEP -",
      "2 JSON_DUPLICATE_KEY prompt",
      "3 NUMBER_RANGE -",
      "4 NUMBER_RANGE -",
      "5 TEXT_CONTROL prompt",
      "6 TEXT_CONTROL prompt",
      "7 TEXT_CONTROL answer",
      "8 CELL_TOO_LARGE answer",
      "9 JSON_LINE -",
      "10 JSON_LINE answer",
      "11 ROW_EMPTY answer",
    ]);
    expect(result.rows).toEqual({ uploaded: 12, kept: 1, repaired: 0, setAside: 11 });
  });

  test("21: a lone surrogate written as three bytes names its row", async () => {
    const content = Buffer.concat([
      Buffer.from("prompt,answer\nq1,a1\nq2"),
      Buffer.from("eda080", "hex"),
      Buffer.from(",a2\n"),
    ]);
    const result = await read(content);
    expect(result.problems.map(({ message }) => message)).toEqual([
      'Row 2, column "prompt" holds half of a character (a lone surrogate).',
    ]);
  });

  test("23: a cell of 10 MB does not stop the rows after it", async () => {
    const result = await read(`prompt,answer\n"${"long\n".repeat(2_000_000)}",a\nq,b\n`);
    expect(result.problems.map(({ code, row }) => [code, row])).toEqual([["CELL_TOO_LARGE", 1]]);
    expect(result.kept.map((row) => [row.rowNumber, row.line])).toEqual([[2, 2_000_003]]);
    expect(result.setAside[0]!.raw.length).toBeLessThan(17_000);
  });

  test("an answer that is none of the labels", async () => {
    const result = await read("text,label\na cat,animal\na rose,plamt\n", "csv", {
      goal: "label",
      labels: ["animal", "plant"],
    });
    expect(result.problems[0]).toMatchObject({ code: "LABEL_UNKNOWN", row: 2, fix: 'Did you mean "plant"?' });
  });
});
