import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvTokenizer } from "./csv";
import { type IntakeOptions, type IntakeSummary, intakeStream, type SetAside } from "./intake";
import { scanJson } from "./json-scan";
import type { IntakeRow } from "./rows";

async function read(bytes: Buffer, chunk: number, options: IntakeOptions) {
  const kept: IntakeRow[] = [];
  const setAside: SetAside[] = [];
  async function* source() {
    for (let i = 0; i < bytes.length; i += chunk) yield bytes.subarray(i, i + chunk);
  }
  const summary: IntakeSummary = await intakeStream(source(), options, {
    kept: (row) => void kept.push(row),
    setAside: (entry) => void setAside.push(entry),
  });
  return { summary, kept, setAside };
}

/** Text that looks like a table often enough to get past the head. */
const cell = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "",
    '"',
    '""',
    '"a"',
    '"a',
    'a"b',
    "\u0000",
    "\r",
    "\ud83d\ude00",
    "=1+1",
    " ",
    '"x\ny"',
    "__proto__",
  ),
);
const table = fc
  .tuple(
    fc.constantFrom(
      "prompt,answer\n",
      "question;label;source\r\n",
      "\ufefftext\toutput\n",
      "",
      '{"prompt":"p","answer":"a"}\n',
    ),
    fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 12 }),
    fc.constantFrom(",", ";", "\t", '"'),
    fc.constantFrom("\n", "\r\n", "\r"),
  )
  .map(([header, rows, delimiter, newline]) =>
    Buffer.from(header + rows.map((row) => row.join(delimiter)).join(newline)),
  );
const jsonLines = fc
  .array(
    fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc
        .record({ prompt: cell, answer: fc.oneof(cell, fc.integer(), fc.constant(null)) })
        .map((row) => JSON.stringify(row)),
      cell,
      fc.constantFrom(
        '{"prompt":NaN}',
        '{"prompt":"p","prompt":"q"}',
        "[[[",
        '{"prompt":"p","answer":-1e999}',
      ),
    ),
    { maxLength: 12 },
  )
  .map((lines) => Buffer.from(lines.join("\n")));
const bytes = fc.oneof(
  table,
  jsonLines,
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
);
const options = fc.record<IntakeOptions>({
  name: fc.constantFrom("a.csv", "a.tsv", "a.jsonl", "a", "a.png"),
  goal: fc.constantFrom("label", "answer", undefined),
});

test("kept + set aside = uploaded, every row once, for any bytes in any pieces; nothing throws", async () => {
  let refusals = 0;
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 64 }), options, async (content, chunk, chosen) => {
      const { summary, kept, setAside } = await read(content, chunk, chosen);
      const { rows } = summary;
      expect(rows.kept + rows.repaired + rows.setAside).toBe(rows.uploaded);
      if (summary.problem !== null) {
        refusals += 1;
        expect(summary.problem.scope).toBe("file");
        expect(rows.uploaded).toBe(0);
        return;
      }
      expect([kept.length, setAside.length]).toEqual([rows.kept, rows.setAside]);
      const numbers = [...kept.map((row) => row.rowNumber), ...setAside.map((entry) => entry.row)].sort(
        (a, b) => a - b,
      );
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
      for (const row of kept) {
        expect(row.rowHash).toMatch(/^[0-9a-f]{64}$/);
        expect(row.prompt.trim() && row.answer.trim()).not.toBe("");
      }
      for (const entry of setAside) expect(entry.problem.scope).toBe("row");
    }),
    { numRuns: 3000, seed: 7 },
  );
  // Guards the generator: enough files must be read to their end for the identity to mean anything.
  expect(refusals).toBeLessThan(2300);
});

test("the pieces a file arrives in do not change what is read", async () => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 9 }), options, async (content, chunk, chosen) => {
      const whole = await read(content, 1_000_000, chosen);
      expect(await read(content, chunk, chosen)).toEqual(whole);
    }),
    { numRuns: 500, seed: 8 },
  );
});

test("what a CSV writer wrote is what is read", () => {
  const value = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replace(/\r/g, " "));
  fc.assert(
    fc.property(
      fc.array(fc.array(value, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n"),
      fc.integer({ min: 1, max: 30 }),
      (rows, delimiter, newline, piece) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const written = rows.map((row) => row.map(quote).join(delimiter)).join(newline) + newline;
        const tokenizer = new CsvTokenizer(delimiter);
        const records = [];
        for (let i = 0; i < written.length; i += piece)
          records.push(...tokenizer.push(written.slice(i, i + piece)));
        records.push(...tokenizer.end());
        expect(records.map((record) => record.fields)).toEqual(rows);
      },
    ),
    { numRuns: 500, seed: 9 },
  );
});

test("scanJson accepts exactly what JSON.parse accepts, but for depth, repeated names and endless numbers", () => {
  const almost = fc
    .tuple(
      fc.json({ maxDepth: 4 }),
      fc.nat(60),
      fc.constantFrom("", "}", ",", '"', "\\", "1", "NaN", "\u0001", " "),
    )
    .map(([text, at, extra]) => text.slice(0, at) + extra + text.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(fc.json(), almost, fc.string({ unit: "binary" })), (text) => {
      let parses = true;
      try {
        JSON.parse(text);
      } catch {
        parses = false;
      }
      const fault = scanJson(text, 32);
      if (fault === null) expect(parses).toBe(true);
      else if (fault.kind === "syntax") expect(parses).toBe(false);
      if (fault !== null) expect(fault.column).toBeGreaterThan(0);
    }),
    { numRuns: 3000, seed: 10 },
  );
});
