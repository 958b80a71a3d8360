import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditLog, contributions } from "@/db/schema";
import { exportBadRows } from "./bad-rows";
import { listFindings } from "./list-findings";
import { remapContribution } from "./remap";
import { repairContribution } from "./repair";
import { submitContribution } from "./submit";
import { sweepUploads } from "./sweep-uploads";
import {
  ann,
  as,
  blobs,
  bob,
  db,
  endWorld,
  get,
  mend,
  parse,
  problemsOf,
  read,
  rowsOf,
  startWorld,
  text,
  unique,
} from "./test-world";
import { unmendContribution } from "./unmend";

/** Of the shape of a token; made up. */
const GITHUB = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;

beforeAll(startWorld);
afterAll(endWorld);

const badRows = async (contributionId: string) => text((await exportBadRows(as(ann), contributionId)).lines);
const mended = async (contributionId: string, file: string) => {
  await mend(ann, contributionId, file);
  await parse(contributionId);
};
const refusal = (made: Promise<unknown>) =>
  made.then(
    () => null,
    ({ kind, code }) => `${kind} ${code}`,
  );

/** kept + repaired + set aside = uploaded, in the sum and in the rows themselves. */
async function expectSum(contributionId: string, expected: object) {
  const { rows, status } = await get(ann, contributionId);
  expect(status).toBe("ready");
  expect(rows).toMatchObject(expected);
  expect(rows.kept + rows.repaired + rows.setAside).toBe(rows.uploaded);
  expect((await rowsOf(contributionId)).length).toBe(rows.kept + rows.repaired);
  expect((await problemsOf(contributionId)).length).toBe(rows.setAside);
}

describe("a mended file", () => {
  test("replaces its rows under their own numbers; what is still bad keeps its reason", async () => {
    const [first, second, third] = [unique(), unique(), unique()];
    const id = await read(ann, `question,answer\n${first},yes\n${second},\na,b,c\n${third},\n`);
    await expectSum(id, { uploaded: 4, kept: 1, setAside: 3 });
    const file = (await badRows(id)).replace(`${second},,`, `${second},=mended,`);
    await mended(id, file);
    await expectSum(id, { uploaded: 4, kept: 1, repaired: 1, setAside: 2 });
    expect((await rowsOf(id)).map((row) => [row.rowNumber, row.prompt, row.answer])).toEqual([
      [1, first, "yes"],
      [2, second, "=mended"],
    ]);
    expect(await problemsOf(id)).toEqual(["3 CSV_FIELDS", "4 ROW_EMPTY"]);
    const found = await listFindings(as(ann), {
      contributionId: id,
      code: "REPAIRED",
      limit: 10,
      offset: 0,
    });
    expect(found.items.map(({ row, message }) => [row, message])).toEqual([
      [2, "Row 2 was mended: taken from your mended file."],
    ]);
  });

  test("twice, then with other columns, then a repair: every reading applies them anew", {
    timeout: 60_000,
  }, async () => {
    const [a, b, c] = [unique(), unique(), unique()];
    const id = await read(ann, `question,reply,other\n${a},,o\n${b},,o\n${c},fine,o\n`, {});
    await expectSum(id, { uploaded: 3, kept: 1, setAside: 2 });
    const first = await badRows(id);
    await mended(id, first.replace(`${a},,`, `${a},one,`));
    await expectSum(id, { kept: 1, repaired: 1, setAside: 1 });
    // Row 1 again in the second file: the later text counts.
    await mended(id, first.replace(`${a},,`, `${a}, mail ann@example.org ,`).replace(`${b},,`, `${b},two,`));
    await expectSum(id, { kept: 1, repaired: 2, setAside: 0 });
    expect((await rowsOf(id)).map(({ answer }) => answer)).toEqual([" mail ann@example.org ", "two", "fine"]);

    await remapContribution(as(ann), {
      contributionId: id,
      mapping: { prompt: "reply", answer: "question" },
    });
    await parse(id);
    await expectSum(id, { kept: 1, repaired: 2, setAside: 0 });
    expect((await rowsOf(id)).map(({ prompt }) => prompt)).toEqual([" mail ann@example.org ", "two", "fine"]);

    await repairContribution(as(ann), {
      contributionId: id,
      code: "WHITESPACE",
      action: "fix",
      rows: null,
    });
    await parse(id);
    await expectSum(id, { kept: 1, repaired: 2, setAside: 0 });
    expect((await rowsOf(id))[0]!.prompt).toBe("mail ann@example.org");
    await repairContribution(as(ann), {
      contributionId: id,
      code: "WHITESPACE",
      action: "leave_out",
      rows: [1],
    });
    await parse(id);
    await expectSum(id, { kept: 1, repaired: 1, setAside: 1 });

    const history = await db
      .select({ data: auditLog.data })
      .from(auditLog)
      .where(eq(auditLog.subject, `contribution:${id}`))
      .orderBy(auditLog.seq);
    expect(history.filter(({ data }) => "rows" in data && "sha256" in data)).toHaveLength(2);
    expect(
      await submitContribution(as(ann), { contributionId: id, licence: "CC0-1.0", isMineToGive: true }),
    ).toEqual({ submitted: 2, setAside: 0 });
  });

  test("a mended file is taken back: its rows are as they stood, and an earlier one counts again", async () => {
    const id = await read(ann, `question,answer\n${unique()},a\n${unique()},\n`);
    const line = (answer: string) => `question,answer,set aside: row\n${unique("mended")},${answer},2\n`;
    for (const answer of ["first", "second"]) {
      await mend(ann, id, line(answer));
      await parse(id);
    }
    const answers = async () => (await rowsOf(id)).map(({ answer }) => answer);
    expect(await answers()).toEqual(["a", "second"]);
    const files = () => get(ann, id).then(({ inspection }) => inspection?.mended ?? []);
    const [one, two] = await files();
    const unmend = (sha256: string, person = ann) =>
      unmendContribution(as(person), { contributionId: id, sha256 });
    await expect(unmend(two!.sha256, bob)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await unmend(two!.sha256);
    await expect(unmend(one!.sha256)).rejects.toMatchObject({ code: "NOT_EDITABLE" });
    await parse(id);
    expect(await answers()).toEqual(["a", "first"]);
    await unmend(one!.sha256);
    await parse(id);
    await expectSum(id, { kept: 1, repaired: 0, setAside: 1 });
    expect(await files()).toEqual([]);
    await expect(unmend(one!.sha256)).rejects.toMatchObject({ code: "NOT_MENDED" });
    // Once more the earlier one alone.
    await mend(ann, id, line("third"));
    await parse(id);
    expect(await answers()).toEqual(["a", "third"]);
  });

  test("objects come back as what they were: chats, numbers, fields that were not touched", {
    timeout: 60_000,
  }, async () => {
    const chat = (answer: string) => [
      { role: "user", content: unique("hello") },
      { role: "assistant", content: answer },
    ];
    const bad = { messages: chat("") };
    const id = await read(ann, [{ messages: chat("hi") }, bad].map((row) => JSON.stringify(row)).join("\n"), {
      fileName: "rows.jsonl",
    });
    await expectSum(id, { uploaded: 2, kept: 1, setAside: 1 });
    const file = (await badRows(id)).replace('""content"":""""', '""content"":""hi there""');
    await mended(id, file);
    await expectSum(id, { uploaded: 2, kept: 1, repaired: 1, setAside: 0 });
    expect((await rowsOf(id))[1]).toMatchObject({ prompt: bad.messages[0]!.content, answer: "hi there" });
  });

  test("untouched, it changes nothing; a row that duplicates another one stays a duplicate", {
    timeout: 60_000,
  }, async () => {
    const one = unique();
    const id = await read(ann, `question,answer\n${one},a\n${one},a\n-x,\nnul \u0000,a\n${GITHUB},a\n`);
    await mended(id, await badRows(id));
    await expectSum(id, { uploaded: 5, kept: 1, repaired: 0, setAside: 4 });
    expect(await problemsOf(id)).toEqual([
      "2 ROW_DUPLICATE",
      "3 ROW_EMPTY",
      "4 TEXT_CONTROL",
      "5 SECRET_FOUND",
    ]);
    // The same bytes once more say nothing new.
    expect(await refusal(mend(ann, id, await badRows(id)))).toBe("CONFLICT DUPLICATE_FILE");
  });
});

test("whatever is mended how, the sum holds: 16 generated files", { timeout: 240_000 }, async () => {
  let seed = 7;
  const pick = (most: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  for (let round = 0; round < 16; round += 1) {
    const rows = 3 + pick(12);
    const isBad = Array.from({ length: rows }, () => pick(2) === 0);
    isBad[0] = false;
    isBad[1] = true;
    const lines = isBad.map((bad) => (bad ? [`${unique()},`, "a,b,c", ""][pick(2)] : `${unique()},yes`));
    const id = await read(ann, `question,answer\n${lines.join("\n")}\n`);
    const setAside = isBad.filter(Boolean).length;
    await expectSum(id, { uploaded: rows, kept: rows - setAside, repaired: 0, setAside });
    const named = isBad.flatMap((bad, i) => (bad && pick(3) > 0 ? [i + 1] : []));
    const good = new Set(named.filter(() => pick(4) > 0));
    if (named.length === 0) continue;
    const delimiter = [",", ";", "\t"][pick(3)]!;
    const body = named.map((row) =>
      [unique("mended"), good.has(row) ? "yes" : "", `${row}${pick(2) === 0 ? ".0" : ""}`].join(delimiter),
    );
    await mended(id, [["question", "answer", "set aside: row"].join(delimiter), ...body].join("\r\n"));
    await expectSum(id, {
      uploaded: rows,
      kept: rows - setAside,
      repaired: good.size,
      setAside: setAside - good.size,
    });
  }
});

describe("is refused and changes nothing", () => {
  let id: string;
  let question: string;
  beforeAll(async () => {
    question = unique();
    id = await read(ann, `question,answer\n${question},\n${unique()},yes\n`);
  });
  const refused = async (file: string, person = ann) => {
    const before = await get(ann, id);
    const said = await refusal(mend(person, id, file));
    expect(await get(ann, id)).toEqual(before);
    return said;
  };

  test("without the column that names the row, of another file, or with a number that is none", async () => {
    expect(await refused("question,answer\nq,a\n")).toBe("BAD_REQUEST NOT_A_MENDED_FILE");
    expect(await refused("colour,set aside: row\nred,1\n")).toBe("BAD_REQUEST NOT_A_MENDED_FILE");
    expect(await refused("question,answer,set aside: row\nq,a,one\n")).toBe("BAD_REQUEST NOT_A_MENDED_FILE");
    expect(await refused("question,answer,set aside: row\nq,a\n")).toBe("BAD_REQUEST NOT_A_MENDED_FILE");
    expect(await refused("")).toBe("BAD_REQUEST FILE_EMPTY");
  });

  test("with a row that the file has not, or that is kept as it stands", async () => {
    const file = (row: number) => `question,answer,set aside: row\n${question},yes,1\nq,a,${row}\n`;
    expect(await refused(file(3))).toBe("BAD_REQUEST MENDED_ROW_UNKNOWN");
    expect(await refused(file(2))).toBe("BAD_REQUEST MENDED_ROW_UNKNOWN");
  });

  test("of somebody else, beyond the quota, and while it is being read", async () => {
    const file = await badRows(id);
    expect(await refused(file, bob)).toBe("NOT_FOUND NOT_FOUND");
    expect(await refusal(mend(ann, id, file, { quotaBytes: 10 }))).toBe("PAYLOAD_TOO_LARGE QUOTA");
    expect(await refusal(mend(ann, id, file, { maxBytes: 10 }))).toBe("PAYLOAD_TOO_LARGE FILE_TOO_LARGE");
    await mend(ann, id, file.replace(`${question},,`, `${question},yes,`));
    expect(await refusal(mend(ann, id, file))).toBe("CONFLICT NOT_EDITABLE");
    await parse(id);
    await expectSum(id, { uploaded: 2, kept: 1, repaired: 1, setAside: 0 });
  });
});

test("its bytes are named by the contribution, so the sweeper leaves them", async () => {
  const [row] = await db
    .select({ id: contributions.id, inspection: contributions.inspection })
    .from(contributions)
    .orderBy(contributions.createdAt)
    .limit(1);
  const [{ sha256 }] = row!.inspection!.mended as [{ sha256: string }];
  await sweepUploads({ db, blobs });
  expect(await blobs.has(sha256)).toBe(true);
});
