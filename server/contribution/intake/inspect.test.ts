import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { rowHash } from "@/server/chain/hash";
import { inspectFile } from "./inspect";
import { type IntakeOptions, intakeFile } from "./intake";

const folder = mkdtempSync(join(tmpdir(), "intake-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Uint8Array, extension = "csv"): string {
  const path = join(folder, `${randomUUID()}.${extension}`);
  writeFileSync(path, content);
  return path;
}
const read = (content: string | Uint8Array, extension = "csv", options: IntakeOptions = {}) =>
  intakeFile(file(content, extension), options);

describe("what is read", () => {
  test("BOM, CRLF, semicolons, quotes inside a text, NFC and formulas as they are", async () => {
    const result = await read(
      '\ufeffQuestion;Answer\r\n"a; b";=HYPERLINK("x")\r\n"He said "hi" to me";cafe\u0301\r\n',
    );
    expect(result.kept.map(({ prompt, answer }) => [prompt, answer])).toEqual([
      ["a; b", '=HYPERLINK("x")'],
      ['He said "hi" to me', "caf\u00e9"],
    ]);
    expect(result.kept[1]!.rowHash).toBe(rowHash({ prompt: 'He said "hi" to me', answer: "café" }));
  });

  test("a confirmed encoding", async () => {
    const path = file(Buffer.from("prompt,answer\ncaf\xe9,drink\n", "latin1"));
    const inspection = await inspectFile(path);
    expect(inspection.questions).toEqual([
      {
        role: "encoding",
        question: "Is this file written in ISO-8859-1 (Latin-1)?",
        options: ["ISO-8859-1 (Latin-1)"],
      },
    ]);
    const result = await intakeFile(path, { encoding: inspection.questions[0]!.options[0]! });
    expect(result.kept[0]!.prompt).toBe("café");
  });

  test("a label goal: the category is the answer, labels are the distinct answers", async () => {
    const result = await read("text\tlabel\na cat\tanimal \na rose\tplant\na dog\tanimal\n", "tsv", {
      goal: "label",
    });
    expect(result.labels).toEqual(["animal", "plant"]);
    expect(result.kept.map((row) => [row.answer, row.category])).toEqual([
      ["animal", "animal"],
      ["plant", "plant"],
      ["animal", "animal"],
    ]);
  });

  test.each([
    [
      "messages",
      {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "2+2?" },
          { role: "assistant", content: "4" },
        ],
      },
      ["Be brief.", "2+2?", "4"],
    ],
    [
      "messages over several turns",
      {
        messages: [
          { role: "user", content: "Hi" },
          { role: "assistant", content: "Hello" },
          { role: "user", content: [{ type: "text", text: "2+2?" }] },
          { role: "assistant", content: "4" },
        ],
      },
      ["", "User: Hi\n\nAssistant: Hello\n\nUser: 2+2?", "4"],
    ],
    [
      "sharegpt",
      {
        conversations: [
          { from: "human", value: "2+2?" },
          { from: "gpt", value: "4" },
        ],
      },
      ["", "2+2?", "4"],
    ],
    ["alpaca", { instruction: "Add.", input: "2+2", output: "4" }, ["", "Add.\n\n2+2", "4"]],
    [
      "alpaca without input",
      { instruction: "Add 2 and 2.", input: "", output: 4 },
      ["", "Add 2 and 2.", "4"],
    ],
    [
      "prompt and completion",
      { prompt: "2+2?", completion: "4", system_prompt: "Be brief." },
      ["Be brief.", "2+2?", "4"],
    ],
  ])("%s", async (_name, value, [system, prompt, answer]) => {
    const result = await read(`${JSON.stringify(value)}\n`, "jsonl");
    expect(result.problems).toEqual([]);
    expect(result.kept[0]).toMatchObject({ system, prompt, answer });
  });

  test.each([
    ["gloss,label", undefined, { prompt: "gloss", answer: "label" }],
    [
      "Question,Response,Source URL,Topic",
      undefined,
      { prompt: "Question", answer: "Response", source: "Source URL", category: "Topic" },
    ],
    ["text,category,output", "label", { prompt: "text", answer: "category" }],
    ["text,category,output", "answer", { prompt: "text", answer: "output", category: "category" }],
    ["input,target", "answer", { prompt: "input", answer: "target" }],
  ] as const)("columns %s for goal %s", async (header, goal, mapping) => {
    const row = header
      .split(",")
      .map((_, i) => `v${i}`)
      .join(",");
    const inspection = await inspectFile(file(`${header}\n${row}\n`), { goal });
    expect(inspection.mapping).toEqual(mapping);
    expect(inspection.confidence).toBe("high");
    expect(inspection.sample[0]!.row?.prompt).toBe("v0");
  });

  test("unknown names are asked about, not guessed into the data", async () => {
    const path = file("foo,bar\na longer sentence about a cat,animal\n");
    const inspection = await inspectFile(path);
    expect(inspection).toMatchObject({
      confidence: "low",
      mapping: { prompt: "foo", answer: "bar" },
      hasHeader: true,
    });
    expect(inspection.questions.map((question) => question.role)).toEqual(["prompt", "answer"]);
    expect((await intakeFile(path)).problem?.code).toBe("COLUMN_MISSING");
    const result = await intakeFile(path, { mapping: { prompt: "foo", answer: "bar" } });
    expect(result.kept).toHaveLength(1);
  });

  test.each([
    ["night 0,Where is bed 0?,In the third ward behind the stairs", "answer", ["b", "c"]],
    ["night 0,In the third ward behind the stairs,Where is bed 0?", "answer", ["c", "b"]],
    ["night 0,Tell of bed 0,In the third ward behind the stairs", "style", ["b", "c"]],
    ["plant,Where is bed 0?,In the third ward behind the stairs", "label", ["c", "a"]],
  ] as const)(
    "of columns without a telling name, %s for goal %s is guessed by its texts",
    async (row, goal, [prompt, answer]) => {
      const { mapping, confidence } = await inspectFile(
        file(`a,b,c\n${row}\n${row.replaceAll("0", "1")}\n`),
        { goal },
      );
      expect([mapping, confidence]).toEqual([{ prompt, answer }, "low"]);
    },
  );

  test("a file without a header names its columns by number", async () => {
    const path = file("a small furry cat,animal\na tall tree,plant\na loyal dog,animal\n");
    const inspection = await inspectFile(path);
    expect(inspection).toMatchObject({ hasHeader: false, columns: ["column 1", "column 2"] });
    const result = await intakeFile(path, { mapping: { prompt: "column 1", answer: "column 2" } });
    expect(result.rows).toEqual({ uploaded: 3, kept: 3, repaired: 0, setAside: 0 });
  });

  test("a JSON Lines file named .csv is read for what it is", async () => {
    const result = await read('{"prompt":"a","answer":"b"}\n{"prompt":"c","answer":"d"}\n');
    expect([result.format, result.rows.kept]).toEqual(["jsonl", 2]);
  });
});
