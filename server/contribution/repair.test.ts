import { and, eq, like } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditLog, rowProblems } from "@/db/schema";
import { rowHash } from "@/server/chain/hash";
import { listDuplicatePairs } from "./duplicate-pairs";
import { listFindings } from "./list-findings";
import { previewRepair } from "./preview-repair";
import { repairContribution, unrepairContribution } from "./repair";
import { submitContribution } from "./submit";
import {
  ann,
  as,
  bob,
  db,
  endWorld,
  get,
  parse,
  problemsOf,
  read,
  rowsOf,
  startWorld,
  unique,
} from "./test-world";

beforeAll(startWorld);
afterAll(endWorld);

const found = async (contributionId: string, over: object = {}) => {
  const { items } = await listFindings(as(ann), { contributionId, limit: 100, offset: 0, ...over });
  return items.map(({ row, code }) => `${row} ${code}`);
};
const pressed = async (contributionId: string, repair: object) => {
  await repairContribution(as(ann), { contributionId, action: "fix", rows: null, ...repair } as never);
  await parse(contributionId);
  return get(ann, contributionId);
};
const key = `0x${"9d".repeat(32)}`;

describe("findings", () => {
  test("are stored beside the rows they are about, without the match, and only their contributor sees them", async () => {
    const mail = "lena.vogt@example.com";
    const id = await read(
      ann,
      `question,answer\n${unique()},write to ${mail}\n${unique()},b\n${unique()},my private key is ${key}\n`,
    );
    expect(await get(ann, id)).toMatchObject({
      status: "ready",
      rows: { uploaded: 3, kept: 2, repaired: 0, setAside: 1 },
      health: { counts: [{ code: "PERSONAL_DATA", severity: "warning", n: 1, listed: 1 }] },
    });
    expect(await found(id)).toEqual(["1 PERSONAL_DATA"]);
    expect(await problemsOf(id)).toEqual(["3 SECRET_FOUND"]);
    const { items, byCode, total } = await listFindings(as(ann), {
      contributionId: id,
      limit: 10,
      offset: 0,
    });
    expect(JSON.stringify(items)).not.toContain(mail);
    expect(items[0]).toMatchObject({ column: "answer", repairs: ["fix", "leave_out"] });
    expect([byCode, total]).toEqual([
      [{ code: "PERSONAL_DATA", severity: "warning", n: 1, rows: 1, repairs: ["fix", "leave_out"] }],
      1,
    ]);
    const stored = await db.select().from(rowProblems).where(eq(rowProblems.contributionId, id));
    expect(JSON.stringify(stored)).not.toContain(key.slice(2, 12));
    expect(stored[0]).toMatchObject({
      raw: "",
      message: "Row 3 holds a wallet key. It is not shown and not stored.",
    });
    expect(JSON.stringify((await get(ann, id)).inspection)).not.toContain(key.slice(2, 12));
    await expect(listFindings(as(bob), { contributionId: id, limit: 10, offset: 0 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("near-duplicates", () => {
  const words = (n: number, of: string) => Array.from({ length: n }, (_, i) => `${of}${i * 7919}`).join(" ");

  test("within the file and against what others submitted, side by side", async () => {
    const first = `${unique("Tell")} ${words(20, "heron")}`;
    const file = `question,answer\n${first},it stands in the water and waits\n`;
    const theirs = await read(bob, file);
    await submitContribution(as(bob), { contributionId: theirs, licence: "CC-BY-4.0", isMineToGive: true });
    const mine = await read(
      ann,
      `question,answer\n${first} then,it stands in the water and waits\n${words(30, "otter")},x\n${words(30, "otter")} too,x\n${first},it eats fish\n`,
    );
    expect([...new Set(await found(mine))]).toEqual([
      "1 NEAR_DUPLICATE",
      "3 NEAR_DUPLICATE",
      "4 NEAR_DUPLICATE",
    ]);
    const pairs = await listDuplicatePairs(as(ann), { contributionId: mine, limit: 10, offset: 0 });
    expect(pairs.total).toBeGreaterThanOrEqual(2);
    expect(pairs.items).toContainEqual(
      expect.objectContaining({ other: expect.objectContaining({ row: 2, isMine: true }) }),
    );
    expect(pairs.items).toContainEqual(
      expect.objectContaining({
        mine: expect.objectContaining({ row: 1 }),
        other: expect.objectContaining({ row: 1, prompt: first, isMine: false }),
      }),
    );
    expect((await get(ann, mine)).health).toMatchObject({ datanet: { testOverlaps: 0 } });
    await repairContribution(as(ann), {
      contributionId: mine,
      code: "NEAR_DUPLICATE",
      action: "leave_out",
      rows: null,
    });
    await parse(mine);
    expect((await get(ann, mine)).rows).toMatchObject({ uploaded: 4, kept: 1, setAside: 3 });
  });
});

describe("repairs", () => {
  test("a fix is shown before it is pressed", async () => {
    const id = await read(ann, `question,answer\n${unique()},ask lena@example.com\n${unique()},b\n`);
    const { items } = await previewRepair(as(ann), {
      contributionId: id,
      code: "PERSONAL_DATA",
      rows: null,
      limit: 10,
    });
    expect(items).toEqual([
      { row: 1, column: "answer", before: "ask lena@example.com", after: "ask [e-mail]" },
    ]);
  });

  test("fix redacts, counts the row as repaired, and can be taken back", async () => {
    const question = unique("Who?");
    const id = await read(
      ann,
      `question,answer\n${question},ask lena@example.com\n${unique()},b\n${unique()},private key ${key}\n`,
    );
    const before = await rowsOf(id);
    expect((await pressed(id, { code: "PERSONAL_DATA" })).rows).toMatchObject({
      uploaded: 3,
      kept: 1,
      repaired: 1,
      setAside: 1,
    });
    const [fixed] = await rowsOf(id);
    expect(fixed).toMatchObject({
      answer: "ask [e-mail]",
      rowHash: rowHash({ prompt: question, answer: "ask [e-mail]" }),
    });
    expect(await found(id)).toEqual(["1 REPAIRED"]);
    expect((await pressed(id, { code: "SECRET_FOUND", rows: [3] })).rows).toMatchObject({
      kept: 1,
      repaired: 2,
      setAside: 0,
    });
    expect((await rowsOf(id))[2]).toMatchObject({ answer: "private key [wallet key]" });
    for (const code of ["PERSONAL_DATA", "SECRET_FOUND"]) {
      await unrepairContribution(as(ann), { contributionId: id, code });
      await parse(id);
    }
    expect((await get(ann, id)).rows).toMatchObject({ uploaded: 3, kept: 2, repaired: 0, setAside: 1 });
    expect((await rowsOf(id)).map(({ rowHash }) => rowHash)).toEqual(before.map(({ rowHash }) => rowHash));
    const pressedTimes = await db.$count(
      auditLog,
      and(eq(auditLog.subject, `contribution:${id}`), like(auditLog.action, "contribution.%repair")),
    );
    expect(pressedTimes).toBe(4);
  });

  test("leave out sets the rows aside, named or all of a kind", async () => {
    const id = await read(
      ann,
      `question,answer\n${unique()},a@example.com\n${unique()},b@example.com\n${unique()},c\n`,
    );
    expect((await pressed(id, { code: "PERSONAL_DATA", action: "leave_out", rows: [2] })).rows).toMatchObject(
      { kept: 2, setAside: 1 },
    );
    expect(await problemsOf(id)).toEqual(["2 LEFT_OUT"]);
    expect((await pressed(id, { code: "PERSONAL_DATA", action: "leave_out" })).rows).toMatchObject({
      kept: 1,
      setAside: 2,
    });
    expect((await get(ann, id)).repairs).toEqual([
      { code: "PERSONAL_DATA", action: "leave_out", rows: null },
    ]);
  });

  test("hidden characters, space and what cannot be stored", async () => {
    const prompt = unique("q");
    const id = await read(
      ann,
      `question,answer\n${prompt},a\u202eb\n${unique()}, padded \n${unique()},nul\u0000here\n`,
    );
    expect(await found(id)).toEqual(["1 HIDDEN_TEXT", "2 WHITESPACE"]);
    await pressed(id, { code: "HIDDEN_TEXT" });
    await pressed(id, { code: "WHITESPACE" });
    expect((await pressed(id, { code: "TEXT_CONTROL" })).rows).toMatchObject({
      uploaded: 3,
      kept: 0,
      repaired: 3,
      setAside: 0,
    });
    expect((await rowsOf(id)).map(({ answer }) => answer)).toEqual(["ab", "padded", "nulhere"]);
  });

  test("there is no repair for what only a person can mend; a submitted file stays as it is", async () => {
    const id = await read(ann, `question,answer\n${unique()},a\n`);
    const press = (repair: object) =>
      repairContribution(as(ann), { contributionId: id, action: "fix", rows: null, ...repair } as never);
    await expect(press({ code: "REFUSAL" })).rejects.toMatchObject({ code: "REPAIR_UNKNOWN" });
    await expect(press({ code: "NEAR_DUPLICATE", action: "leave_out" })).rejects.toMatchObject({
      code: "NOTHING_TO_REPAIR",
    });
    await expect(
      unrepairContribution(as(ann), { contributionId: id, code: "REFUSAL" }),
    ).rejects.toMatchObject({ code: "NOTHING_TO_REPAIR" });
    await expect(
      repairContribution(as(bob), { contributionId: id, code: "WHITESPACE", action: "fix", rows: null }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
