import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { and, asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contributions, records, reviews } from "@/db/schema";
import { resubmitFile } from "./resubmit-file";
import { submitContribution } from "./submit";
import {
  ann,
  as,
  bob,
  bundleParseChild,
  db,
  endWorld,
  folder,
  get,
  read,
  startWorld,
  unique,
} from "./test-world";
import { exportToMend } from "./to-mend";

const own = mkdtempSync(join(tmpdir(), "resubmit-"));
let childEntry: string;
beforeAll(async () => {
  await startWorld();
  childEntry = await bundleParseChild(own);
});
afterAll(async () => {
  await endWorld();
  rmSync(own, { recursive: true, force: true });
});

/** Five submitted rows: two sent back (one read, one not), one rejected, one accepted, one waiting. */
async function reviewed() {
  const prompts = Array.from({ length: 5 }, (_, i) => unique(`Question ${i}`));
  const id = await read(
    ann,
    `question,answer\n${prompts.map((prompt, i) => `${prompt},answer ${i}`).join("\n")}\n`,
  );
  await submitContribution(as(ann), { contributionId: id, licence: "CC-BY-4.0", isMineToGive: true });
  const statuses = ["sent_back", "rejected", "sent_back", "accepted", "pending"] as const;
  for (const [i, status] of statuses.entries())
    await db
      .update(records)
      .set({ status })
      .where(and(eq(records.contributionId, id), eq(records.rowNumber, i + 1)));
  const rows = await db
    .select()
    .from(records)
    .where(eq(records.contributionId, id))
    .orderBy(asc(records.rowNumber));
  for (const [i, decision] of [
    [0, "send_back"],
    [1, "reject"],
  ] as const)
    await db.insert(reviews).values({
      recordId: rows[i]!.id,
      validatorId: bob.id,
      decision,
      basis: "read",
      reason: "unclear",
      note: i === 0 ? "=which one?" : null,
      guidelinesVersion: 1,
    } as never);
  return { id, prompts };
}

const exported = async (id: string, person = ann) => {
  let text = "";
  for await (const line of (await exportToMend(as(person), id)).lines) text += line;
  return text.trimEnd().split("\r\n");
};
const resubmit = (id: string, text: string, person = ann) =>
  resubmitFile(
    as(person),
    { dataDir: folder, childEntry },
    {
      contributionId: id,
      fileName: "mended.csv",
      content: (async function* () {
        yield Buffer.from(text);
      })(),
      declaredBytes: null,
      maxBytes: 1_000_000,
    },
  );
const statuses = async (id: string) =>
  (
    await db
      .select({
        row: records.rowNumber,
        revision: records.revision,
        status: records.status,
        answer: records.answer,
      })
      .from(records)
      .where(eq(records.contributionId, id))
      .orderBy(asc(records.rowNumber), asc(records.revision))
  ).map(({ row, revision, status, answer }) => `${row}.${revision} ${status} ${answer}`);

test("rows that were sent back or rejected go out with their reasons, and come back as revisions", async () => {
  const { id, prompts } = await reviewed();
  const [header, ...lines] = await exported(id);
  expect(header).toBe(
    "prompt,answer,system,category,source,set aside: row,set aside: decision,set aside: why",
  );
  expect(lines).toEqual([
    `${prompts[0]},answer 0,,,,1,Sent back,The question or answer is unclear: =which one?`,
    `${prompts[1]},answer 1,,,,2,Rejected,The question or answer is unclear`,
    `${prompts[2]},answer 2,,,,3,Sent back,Nobody read it: the sampling plan sent it back`,
  ]);
  const mended = [
    header,
    lines[0]!.replace("answer 0", "mended 0"),
    lines[1]!.replace("answer 1", "mended 1"),
    lines[2],
  ];
  expect(await resubmit(id, mended.join("\r\n"))).toEqual({
    contributionId: id,
    resubmitted: 2,
    unchanged: 1,
    refused: [],
  });
  expect(await statuses(id)).toEqual([
    "1.1 replaced answer 0",
    "1.2 pending mended 0",
    "2.1 replaced answer 1",
    "2.2 pending mended 1",
    "3.1 sent_back answer 2",
    "4.1 accepted answer 3",
    "5.1 pending answer 4",
  ]);
  expect((await get(ann, id)).status).toBe("submitted");
  // The same file again: what was mended waits no more.
  expect(await resubmit(id, mended.join("\r\n"))).toMatchObject({
    resubmitted: 0,
    unchanged: 1,
    refused: [{ row: 1 }, { row: 2 }],
  });
});

test("a row that cannot be taken is named and holds up no other; every row of the file is accounted for", async () => {
  const { id, prompts } = await reviewed();
  const { resubmitted, unchanged, refused } = await resubmit(
    id,
    [
      "set aside: row,answer,prompt",
      `1,,${prompts[0]}`,
      `2,answer 3,${prompts[3]}`,
      "3,mended 2,",
      "4,mended 3,x",
      "9,x,y",
    ].join("\n"),
  );
  expect([resubmitted, unchanged]).toEqual([0, 0]);
  expect(refused.map(({ row, code, message }) => [row, code, message])).toEqual([
    [1, "ROW_EMPTY", 'Row 1 has nothing in "answer".'],
    [2, "ROW_DUPLICATE", "Mended like this, the row is one that this Datanet holds already."],
    [3, "ROW_EMPTY", 'Row 3 has nothing in "prompt".'],
    [4, "MENDED_ROW_UNKNOWN", "Row 4 does not wait to be mended."],
    [9, "MENDED_ROW_UNKNOWN", "Row 9 does not wait to be mended."],
  ]);
  for (const { fix } of refused) expect(fix).toMatch(/\S/);
  // A column that is not there stays as it is.
  expect(await resubmit(id, "set aside: row,answer\n3,mended 2\n1,mended 0\n")).toMatchObject({
    resubmitted: 2,
  });
  expect((await statuses(id)).filter((one) => one.includes("mended"))).toEqual([
    "1.2 pending mended 0",
    "3.2 pending mended 2",
  ]);
});

test("a file of something else is refused whole, another person's rows are not there, and no file is left behind", async () => {
  const { id } = await reviewed();
  const refusal = (text: string, person = ann) =>
    resubmit(id, text, person).then(
      () => "taken",
      (error: { status: number; code: string }) => `${error.status} ${error.code}`,
    );
  expect(await refusal("prompt,answer\nq,a\n")).toBe("400 NOT_A_MENDED_FILE");
  expect(await refusal("set aside: row,colour\n1,red\n")).toBe("400 NOT_A_MENDED_FILE");
  expect(await refusal("set aside: row,answer\n")).toBe("400 NOT_A_MENDED_FILE");
  expect(await refusal("set aside: row,answer\nfirst,x\n")).toBe("400 NOT_A_MENDED_FILE");
  expect(await refusal("")).toBe("400 FILE_EMPTY");
  expect(await refusal("set aside: row,answer\n1,x\n", bob)).toBe("404 NOT_FOUND");
  await expect(exported(id, bob)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await statuses(id)).filter((one) => one.includes(".2"))).toEqual([]);
  expect(readdirSync(join(folder, "blobs", "tmp")).filter((name) => name !== "uploads")).toEqual([]);
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
  const rows = await db.select({ id: contributions.id }).from(contributions).where(eq(contributions.id, id));
  expect(rows).toHaveLength(1);
});
