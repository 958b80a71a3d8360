import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { rowHash } from "@/server/chain/hash";
import { inspectFile } from "./inspect";
import { type IntakeOptions, intakeFile } from "./intake";

const folder = mkdtempSync(join(tmpdir(), "intake-fields-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMED = { goal: "fields", fields: ["vendor", "total"] } as const;
const INVOICE = '{"vendor":"ACME","total":"12.50"}';

function file(content: string, extension: string): string {
  const path = join(folder, `${randomUUID()}.${extension}`);
  writeFileSync(path, content);
  return path;
}
const read = (content: string, extension: string, options: IntakeOptions = NAMED) =>
  intakeFile(file(content, extension), options);
const line = (answer: unknown) => `${JSON.stringify({ prompt: "an invoice", answer })}\n`;
const codeOf = async (answer: unknown) => {
  const { problems } = await read(line(answer), "jsonl");
  return problems.map(({ code, message, fix }) => `${code}: ${message} ${fix}`)[0];
};

describe("one stored form, however the fields are written", () => {
  test.each([
    ["an object", line({ total: "12.50", vendor: "ACME" }), "jsonl"],
    ["JSON text", line('{"vendor": "ACME", "total": "12.50"}'), "jsonl"],
    ["a key each", '{"text":"an invoice","total":"12.50","vendor":" ACME "}\n', "jsonl"],
    ["a column each", "total,text,vendor\n12.50,an invoice,ACME\n", "csv"],
    ["columns by their plain names", "Text;Vendor;TOTAL:\nan invoice;ACME;12.50\n", "csv"],
    ["a column of JSON", 'text,answer\nan invoice,"{""total"":""12.50"",""vendor"":""ACME""}"\n', "csv"],
  ])("%s", async (_, content, extension) => {
    const { kept, problems, problem } = await read(content, extension);
    expect([problem, ...problems]).toEqual([null]);
    expect(kept.map(({ prompt, answer }) => [prompt, answer])).toEqual([["an invoice", INVOICE]]);
    expect(kept[0]!.rowHash).toBe(rowHash({ prompt: "an invoice", answer: INVOICE }));
  });

  test("numbers, true and nothing become texts; what the text does not hold is empty", async () => {
    const { kept } = await read(line({ vendor: null, total: 12.5 }), "jsonl");
    expect(kept[0]!.answer).toBe('{"vendor":"","total":"12.5"}');
  });

  test("the same text with fields in another order is the same row", async () => {
    const { rows, problems } = await read(
      line({ vendor: "A", total: "1" }) + line({ total: "1", vendor: "A" }),
      "jsonl",
    );
    expect(rows).toEqual({ uploaded: 2, kept: 1, repaired: 0, setAside: 1 });
    expect(problems[0]!.code).toBe("ROW_DUPLICATE");
  });

  test("a field may be called like a part that a column plays", async () => {
    const options = { goal: "fields", fields: ["category", "title"] } as const;
    const { kept } = await read("text,title,category\nabout birds,Birds,nature\n", "csv", options);
    expect(kept[0]).toMatchObject({ answer: '{"category":"nature","title":"Birds"}', category: "" });
  });
});

describe("rows that are set aside", () => {
  test("each with its own code and sentence", async () => {
    expect(await codeOf({ vendor: "ACME" })).toBe(
      'FIELD_MISSING: Row 1 has no field "total". Add it; where the text does not hold it, write "".',
    );
    expect(await codeOf({ vendor: "ACME", total: "1", totl: "1" })).toBe(
      'FIELD_UNKNOWN: Row 1 names the field "totl", which is not one of the fields. Did you mean "total"? If not, leave it out.',
    );
    expect(await codeOf('{"vendor": "ACME",')).toMatch(
      /^FIELDS_JSON: Row 1: the answer is not a JSON object with the fields: the line ends too early, at character 19\. Write one object/,
    );
    expect(await codeOf("ACME, 12.50")).toMatch(/^FIELDS_JSON: .*expected a value, at character 1\./);
    expect(await codeOf('{"vendor":"A","vendor":"B","total":"1"}')).toMatch(
      /^FIELDS_JSON: .*: "vendor" stands in it twice\./,
    );
    expect(await codeOf('["ACME"]')).toMatch(/^FIELDS_JSON: .*it is not an object\./);
    expect(await codeOf({ vendor: ["ACME"], total: "1" })).toBe(
      'FIELD_VALUE: Row 1: the field "vendor" holds a list or an object. Write it as one text.',
    );
    expect(await codeOf({ vendor: "", total: "" })).toMatch(/^ROW_EMPTY: Row 1 has nothing in "answer"\./);
    expect(await codeOf('{"vendor":"\\ud83d","total":"1"}')).toMatch(/^TEXT_CONTROL: /);
  });

  test("a line without one of the keys that stand for fields", async () => {
    const content = '{"text":"a","vendor":"A","total":"1"}\n{"text":"b","vendor":"B"}\n';
    const { kept, problems } = await read(content, "jsonl");
    expect(kept).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(["FIELD_MISSING"]);
  });
});

test("a header with some of the fields refuses the file and names the rest", async () => {
  const { problem } = await read("text,vendor\nan invoice,ACME\n", "csv");
  expect(problem).toMatchObject({ code: "COLUMN_MISSING" });
  expect(problem!.message).toBe('No column holds the field total. Columns found: "text", "vendor".');
});

test("unnamed fields are those of the first row", async () => {
  const unnamed = { goal: "fields" } as const;
  const object = await read(line({ b: "1", a: "2" }) + line({ a: "3" }), "jsonl", unnamed);
  expect(object.fields).toEqual(["b", "a"]);
  expect(object.problems.map(({ code }) => code)).toEqual(["FIELD_MISSING"]);
  const columns = await read("text,b,a,source\nx,1,2,here\n", "csv", unnamed);
  expect([columns.fields, columns.kept[0]!.answer]).toEqual([["b", "a"], '{"b":"1","a":"2"}']);
});

test("a chosen column of JSON and chosen columns in the fields' order are read", async () => {
  const content = 'seen,who,sum,raw\nan invoice,ACME,12.50,"{""vendor"":""B"",""total"":""1""}"\n';
  const each = await read(content, "csv", { ...NAMED, mapping: { prompt: "seen", answer: "who + sum" } });
  expect(each.kept[0]!.answer).toBe(INVOICE);
  const one = await read(content, "csv", { ...NAMED, mapping: { prompt: "seen", answer: "raw" } });
  expect(one.kept[0]!.answer).toBe('{"vendor":"B","total":"1"}');
});

test("an inspection finds the columns and shows the rows in their stored form", async () => {
  const found = await inspectFile(file("text,vendor,total\nan invoice,ACME,12.50\n", "csv"), NAMED);
  expect(found).toMatchObject({
    mapping: { prompt: "text", answer: "vendor + total" },
    confidence: "high",
    questions: [],
  });
  expect(found.sample[0]!.row!.answer).toBe(INVOICE);
});
