import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleFactory, startFactory } from "./test-factory";

const folder = mkdtempSync(join(tmpdir(), "factory-validate-"));
let program: string;
beforeAll(async () => {
  program = await bundleFactory();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(program, { force: true });
});

async function factory(argv: string, env = {}) {
  const { code, stdout, stderr } = await startFactory(program, argv.split(" "), folder, env).finished;
  return { code, stderr, stdout, json: stdout.startsWith("{") ? JSON.parse(stdout) : null };
}

test.each(["--help", "run --help", "validate -h"])("factory %s says what there is", async (argv) => {
  const { code, stdout } = await factory(argv);
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: npm run factory -- COMMAND [OPTIONS]");
});

test("a file with bad rows: exit 0, every problem in one JSON object", async () => {
  writeFileSync(join(folder, "a.csv"), "prompt,answer\nq1,a1\nq1,a1\nq3\nq4,\n");
  const { code, json, stdout } = await factory("validate a.csv --json");
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(json).toEqual({
    rows: { uploaded: 4, kept: 1, repaired: 0, setAside: 3 },
    problems: [
      {
        code: "ROW_DUPLICATE",
        row: 2,
        column: null,
        message: "Row 2 has the same prompt and answer as row 1.",
        fix: "Nothing to do: the first one is kept.",
      },
      {
        code: "CSV_FIELDS",
        row: 3,
        column: null,
        message: "Row 3 (line 4) has 1 fields, 2 expected.",
        fix: 'Put texts that hold the separator between double quotes ("…").',
      },
      {
        code: "ROW_EMPTY",
        row: 4,
        column: "answer",
        message: 'Row 4 has nothing in "answer".',
        fix: "Fill in both the prompt and the answer, or leave the row out.",
      },
    ],
    findings: [],
    counts: { ROW_DUPLICATE: 1, CSV_FIELDS: 1, ROW_EMPTY: 1 },
    health: expect.objectContaining({ counts: [] }),
    format: "csv",
    mapping: { prompt: "prompt", answer: "answer" },
  });
});

test("the report on kept rows: the codes of the screen, and never the match itself", async () => {
  const secret = `0x${"4f3a".repeat(16)}`;
  writeFileSync(
    join(folder, "h.csv"),
    `prompt,answer\nq1,Write to lena@example.com\nq2,As an AI language model I cannot say.\nq3,private key ${secret}\n`,
  );
  const { code, json, stdout } = await factory("validate h.csv --json");
  expect(code).toBe(0);
  expect(json.rows).toEqual({ uploaded: 3, kept: 2, repaired: 0, setAside: 1 });
  expect(json.problems.map(({ code, row }: { code: string; row: number }) => [code, row])).toEqual([
    ["SECRET_FOUND", 3],
  ]);
  expect(json.findings).toMatchObject([
    {
      row: 1,
      column: "answer",
      code: "PERSONAL_DATA",
      severity: "warning",
      message: "Row 1 holds an e-mail address.",
      detail: { kinds: { email: 1 }, spans: [{ start: 9, end: 25, kind: "email" }] },
    },
    { row: 2, column: "answer", code: "REFUSAL", severity: "warning" },
  ]);
  expect(stdout).not.toContain(secret);
  expect(stdout).not.toContain("lena@example.com");
  const { stdout: words } = await factory("validate h.csv");
  expect(words).toContain("warning PERSONAL_DATA: Row 1 holds an e-mail address.");
});

test("a refused file: exit 2 and an error beside the problems", async () => {
  writeFileSync(join(folder, "q.csv"), 'prompt,answer\n"open,a\n');
  const { code, json } = await factory("validate q.csv --json");
  expect(code).toBe(2);
  expect(json.rows).toEqual({ uploaded: 0, kept: 0, repaired: 0, setAside: 0 });
  expect(json.problems).toHaveLength(1);
  expect(json.error).toEqual({
    code: "CSV_QUOTE",
    message: 'A quote (") opened on line 2, never closed.',
    fix: 'Add the closing quote on line 2; a quote inside a quoted text is written twice ("").',
  });
});

test("no row remains: exit 2", async () => {
  writeFileSync(join(folder, "e.jsonl"), '{"prompt":"q","answer":""}\n{"prompt":\n');
  const { code, json } = await factory("validate e.jsonl --json");
  expect([code, json.rows.kept, json.problems.length]).toEqual([2, 0, 2]);
});

test("the upload limit is a setting", async () => {
  writeFileSync(join(folder, "b.csv"), "prompt,answer\nq1,a1\n");
  const { code, json } = await factory("validate b.csv --json", { UPLOAD_MAX_BYTES: "19" });
  expect([code, json.error.message]).toEqual([
    2,
    "19 bytes allowed (a setting), got more; stopped while reading.",
  ]);
  expect((await factory("validate b.csv --json", { UPLOAD_MAX_BYTES: "20" })).code).toBe(0);
});

test("for a person: the same in words", async () => {
  const { stdout } = await factory("validate a.csv");
  expect(stdout.split("\n").slice(0, 2)).toEqual([
    "4 rows: 1 kept, 3 set aside.",
    "  ROW_DUPLICATE: Row 2 has the same prompt and answer as row 1. Fix: Nothing to do: the first one is kept.",
  ]);
});

test("of many bad lines the first twenty are listed, and how many more there are", async () => {
  const lines = Array.from(
    { length: 57 },
    (_, i) => `{"prompt":"q${i}"${i % 2 ? "," : " "}"answer":"a${i}"}`,
  );
  writeFileSync(join(folder, "many.jsonl"), lines.join("\n"));
  const { stdout } = await factory("validate many.jsonl");
  const fix = 'Write one object per line, such as {"prompt": "…", "answer": "…"}.';
  const said = (line: number) =>
    `  JSON_LINE: Not JSON at line ${line}, column ${line < 11 ? 16 : 17}: expected , or }. Fix: ${fix}`;
  expect(stdout.trimEnd().split("\n").slice(0, 22)).toEqual([
    "57 rows: 28 kept, 29 set aside.",
    ...Array.from({ length: 20 }, (_, k) => said(2 * k + 1)),
    "  and 9 more.",
  ]);
});

test("wrong usage: exit 2, a JSON error", async () => {
  const { code, json, stderr } = await factory("run --json --goal label --out o");
  expect([code, json.error.code, json.error.message]).toEqual([
    2,
    "USAGE",
    "run needs at least one --data FILE, or a --sample NAME.",
  ]);
  expect(stderr).toContain("USAGE: run needs at least one --data FILE, or a --sample NAME. Fix: ");
});

test("run refuses a file with its code before anything is started", async () => {
  const { code, json } = await factory("run --json --data q.csv --goal label --out o");
  expect([code, json.error.code]).toEqual([2, "CSV_QUOTE"]);
  const few = await factory("run --json --data a.csv --goal answer --out o");
  expect([few.code, few.json.error.code]).toEqual([2, "DATASET_TOO_SMALL"]);
  const one = await factory("run --json --data b.csv --goal label --out o");
  expect([one.code, one.json.error.code]).toEqual([2, "LABELS_TOO_FEW"]);
});
