import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listRepairs } from "./list-repairs";
import { previewRepair } from "./preview-repair";
import { repairContribution } from "./repair";
import { ann, as, bob, endWorld, parse, read, startWorld, unique } from "./test-world";

beforeAll(startWorld);
afterAll(endWorld);

const key = `0x${"7c".repeat(32)}`;
const preview = async (contributionId: string, code: string, rows: number[] | null = null) =>
  (await previewRepair(as(ann), { contributionId, code, rows, limit: 10 })).items;

describe("what a repair would change", () => {
  test("is shown of kept rows, by row and column, without changing them", async () => {
    const id = await read(
      ann,
      `question,answer\n${unique("a")},write to lena@example.com\n${unique("b")},"  b  "\n${unique("c")},or to jan@example.com\n`,
    );
    const changes = await preview(id, "PERSONAL_DATA");
    expect(changes.map(({ row, column, before }) => [row, column, before])).toEqual([
      [1, "answer", "write to lena@example.com"],
      [3, "answer", "or to jan@example.com"],
    ]);
    expect(changes[0]?.after).toMatch(/^write to \[[^\]]+\]$/);
    expect(await preview(id, "PERSONAL_DATA", [3])).toHaveLength(1);
    expect(await preview(id, "WHITESPACE")).toEqual([
      { row: 2, column: "answer", before: "  b  ", after: "b" },
    ]);
    await expect(
      previewRepair(as(bob), { contributionId: id, code: "WHITESPACE", rows: null, limit: 10 }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("says nothing of a row that holds a key", async () => {
    const id = await read(
      ann,
      `question,answer\n${unique("a")},b\n${unique("b")},my private key is ${key}\n`,
    );
    expect(await preview(id, "SECRET_FOUND")).toEqual([]);
  });
});

describe("the repairs of a contribution", () => {
  test("are counted in rows, fixed and left out", async () => {
    const id = await read(
      ann,
      `question,answer\n${unique("a")},write to lena@example.com\n${unique("b")},"  b  "\n${unique("c")},or to jan@example.com\n`,
    );
    const press = async (code: string, action: "fix" | "leave_out", rows: number[] | null) => {
      await repairContribution(as(ann), { contributionId: id, code, action, rows });
      await parse(id);
    };
    await press("PERSONAL_DATA", "fix", null);
    await press("WHITESPACE", "leave_out", [2]);
    expect(await listRepairs(as(ann), id)).toEqual([
      { code: "PERSONAL_DATA", action: "fix", rows: null, n: 2 },
      { code: "WHITESPACE", action: "leave_out", rows: [2], n: 1 },
    ]);
  });
});
