import { readdirSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAccount, makeContribution, makeDatanet, makeMember } from "@/db/factories";
import { auditLog, contributions, records } from "@/db/schema";
import { rowHash } from "@/server/chain/hash";
import { listProblems } from "./queries";
import { remapContribution } from "./remap";
import {
  ann,
  as,
  blobs,
  bob,
  csv,
  database,
  datanetId,
  db,
  endWorld,
  folder,
  get,
  parse,
  problemsOf,
  read,
  rowsOf,
  startWorld,
  unique,
  upload,
} from "./test-world";

beforeAll(startWorld);
afterAll(endWorld);

describe("upload", () => {
  test("stores the file under its hash and queues its reading in the same transaction", async () => {
    const { contributionId } = await upload(ann, "question,answer\nq,a\n", {
      fileName: "..%2F..%2Fmy%20rows.csv",
    });
    const row = await get(ann, contributionId);
    expect(row).toMatchObject({
      status: "parsing",
      fileName: "my rows.csv",
      fileBytes: 20,
      licence: "CC-BY-4.0",
    });
    expect((await blobs.get(row.fileSha256)).toString()).toBe("question,answer\nq,a\n");
    const jobs = await database.pool.query("select data from pgboss.job where name = 'contribution.parse'");
    expect(jobs.rows.map(({ data }) => data)).toContainEqual({ contributionId, fence: 1 });
    expect(await db.$count(auditLog, eq(auditLog.subject, `contribution:${contributionId}`))).toBe(1);
    await expect(get(bob, contributionId)).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
  });

  test("is stopped by counted bytes, whatever Content-Length said, and leaves nothing", async () => {
    const before = await db.$count(contributions);
    const tooLarge = upload(ann, "x".repeat(1001), { maxBytes: 1000, declaredBytes: 10 });
    await expect(tooLarge).rejects.toMatchObject({ code: "FILE_TOO_LARGE", status: 413 });
    await expect(upload(ann, "")).rejects.toMatchObject({
      code: "FILE_EMPTY",
      message: "The file has 0 bytes.",
    });
    const cut = upload(ann, "question,answer\nq,", { declaredBytes: 100 });
    await expect(cut).rejects.toMatchObject({ code: "UPLOAD_CUT", message: "18 of 100 bytes arrived." });
    expect(await db.$count(contributions)).toBe(before);
    expect(readdirSync(join(folder, "blobs", "tmp"))).toEqual([]);
  });

  test("is for members only", async () => {
    const stranger = await makeAccount(db);
    await expect(upload(stranger, csv(1))).rejects.toMatchObject({ code: "NOT_MEMBER", status: 403 });
  });

  test("the same file twice by one person is refused with the first one, also at once; another person may", async () => {
    const content = csv(2);
    const results = await Promise.allSettled([
      upload(ann, content),
      upload(ann, content, { fileName: "again.csv" }),
    ]);
    const first = results.find((result) => result.status === "fulfilled");
    const second = results.find((result) => result.status === "rejected");
    expect(second?.reason).toMatchObject({
      code: "DUPLICATE_FILE",
      status: 409,
      contributionId: first?.value.contributionId,
    });
    expect((await upload(bob, content)).contributionId).not.toBe(first?.value.contributionId);
  });
});

describe("parse", () => {
  test("kept + set aside = uploaded, with hashes and salts", async () => {
    const shared = unique("same");
    const file = `question,answer,topic\n${shared}?,a,t\nb,,t\n${shared}?,a,t\nc,d,t,extra\nö?,"x, y",t\n`;
    const id = await read(ann, file);
    const row = await get(ann, id);
    expect(row).toMatchObject({
      status: "ready",
      rows: { uploaded: 5, kept: 2, repaired: 0, setAside: 3, read: 5 },
      problem: null,
    });
    expect(row.mapping).toEqual({ prompt: "question", answer: "answer", category: "topic" });
    expect(row.inspection).toMatchObject({
      format: "csv",
      delimiter: ",",
      columns: ["question", "answer", "topic"],
    });
    expect(await problemsOf(id)).toEqual(["2 ROW_EMPTY", "3 ROW_DUPLICATE", "4 CSV_FIELDS"]);
    const rows = await rowsOf(id);
    expect(rows.map(({ rowNumber, prompt, answer, status }) => [rowNumber, prompt, answer, status])).toEqual([
      [1, `${shared}?`, "a", "draft"],
      [5, "ö?", "x, y", "draft"],
    ]);
    expect(rows[1]!.rowHash).toBe(rowHash({ prompt: "ö?", answer: "x, y", category: "t" }));
    expect(rows.every(({ salt }) => /^[0-9a-f]{64}$/.test(salt))).toBe(true);
    expect(rows[0]!.salt).not.toBe(rows[1]!.salt);
  });

  test("a row that the Datanet holds is set aside; a draft of somebody else does not show", async () => {
    const draft = unique("draft");
    await read(bob, `question,answer\n${draft},x\n`);
    const taken = unique("taken");
    const of = { datanetId, contributorId: bob.id };
    const submitted = await makeContribution(db, of, [taken]);
    await db
      .update(records)
      .set({ rowHash: rowHash({ prompt: taken, answer: "x" }) })
      .where(eq(records.id, submitted.recordIds[0]!));
    const id = await read(ann, `question,answer\n${draft},x\n${taken},x\n`);
    expect(await problemsOf(id)).toEqual(["2 ROW_DUPLICATE"]);
    expect((await get(ann, id)).rows).toEqual({ uploaded: 2, kept: 1, repaired: 0, setAside: 1, read: 2 });
    const { items } = await listProblems(as(ann), { contributionId: id, limit: 50, offset: 0 });
    expect(items[0]).toMatchObject({ message: "Row 2 is already in this Datanet." });
  });

  test("what PostgreSQL cannot store is shown with a stand-in, never lost", async () => {
    const id = await read(ann, Buffer.from(`question,answer\n${unique()}\u0000,a\n${unique()},b\n`));
    expect(await problemsOf(id)).toEqual(["1 TEXT_CONTROL"]);
    const { items } = await listProblems(as(ann), { contributionId: id, limit: 50, offset: 0 });
    expect(items[0]!.raw).toContain("\u2400,a");
    expect((await get(ann, id)).rows).toMatchObject({ uploaded: 2, kept: 1, repaired: 0, setAside: 1 });
  });

  test("a row with U+2028 inside stays one row", async () => {
    const id = await read(ann, `question,answer\n${unique()} a\u2028b\u2029c,d\n`);
    expect((await rowsOf(id))[0]!.prompt).toMatch(/a\u2028b\u2029c$/);
  });

  test("a refused file keeps its sentence and no rows", async () => {
    const id = await read(ann, 'question,answer\na,"b\nc,d\n');
    expect(await get(ann, id)).toMatchObject({
      status: "failed",
      problem: { code: "CSV_QUOTE", message: 'A quote (") opened on line 2, never closed.' },
      rows: { uploaded: 0, kept: 0, repaired: 0, setAside: 0 },
    });
    // A refused file is not "the first one": it may be tried again.
    expect((await upload(ann, 'question,answer\na,"b\nc,d\n')).contributionId).not.toBe(id);
  });

  test("labels of the Datanet: an unknown one is set aside with the nearest", async () => {
    const labels = await makeDatanet(db, (await makeAccount(db)).id, {
      goal: "label",
      labels: ["animal", "plant"],
    });
    const carl = await makeMember(db, labels);
    const id = await read(carl, "text,label\na bird,animal\na tree,plnat\n", { datanetId: labels });
    const { items, byCode } = await listProblems(as(carl), { contributionId: id, limit: 50, offset: 0 });
    expect(items).toMatchObject([{ row: 2, code: "LABEL_UNKNOWN", fix: 'Did you mean "plant"?' }]);
    expect(byCode).toEqual([{ code: "LABEL_UNKNOWN", n: 1 }]);
  });

  test("run twice it gives the same; with an older fence it writes nothing", async () => {
    const id = await read(ann, csv(3));
    const before = await rowsOf(id);
    await parse(id);
    expect((await rowsOf(id)).map((row) => row.id)).toEqual(before.map((row) => row.id));
    await remapContribution(as(ann), {
      contributionId: id,
      mapping: { prompt: "answer", answer: "question" },
    });
    await parse(id, 1);
    expect(await get(ann, id)).toMatchObject({ status: "parsing", rows: { uploaded: 0 } });
    await parse(id, 2);
    expect((await rowsOf(id)).map(({ prompt }) => prompt)).toEqual(before.map(({ answer }) => answer));
    expect(await get(ann, id)).toMatchObject({
      status: "ready",
      mapping: { prompt: "answer", answer: "question" },
    });
  });
});
