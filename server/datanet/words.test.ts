import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readFields, writeFields } from "./words";

type Case = { name: string; fields: string[]; values: Record<string, string>; canonical: string };
const vectors = new URL("../../contracts/vectors/fields-answer.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(vectors, "utf8")) as { cases: Case[] };

test.each(cases)("the answer of a row of fields: $name", ({ fields, values, canonical }) => {
  expect(writeFields(fields, values)).toBe(canonical);
  expect(Object.fromEntries(readFields(canonical)!)).toEqual(values);
});

test("only a flat JSON object is read as fields", () => {
  expect(readFields('{"a":1.5,"b":true,"c":null}')).toEqual([
    ["a", "1.5"],
    ["b", "true"],
    ["c", ""],
  ]);
  for (const text of ["", "bird", "[1]", '"a"', "null", '{"a":{}}', '{"a":[1]}', '{"a":"b"'])
    expect(readFields(text)).toBeNull();
});
