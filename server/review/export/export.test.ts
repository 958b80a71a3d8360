import { and, eq } from "drizzle-orm";
import { parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import { makeAccount } from "@/db/factories";
import { auditLog, contributions, datanets, records, reviews, snapshotRecords, snapshots } from "@/db/schema";
import { decideReview } from "../decide";
import { type Person, reviewWorldPerFile } from "../test-review";
import { userId } from "./argilla";
import { openReviewExport } from "./files";

const t = reviewWorldPerFile();

async function whole(ctx: ReturnType<typeof t.as>, datanetId: string, name: string) {
  const chunks: Buffer[] = [];
  for await (const part of (await openReviewExport(ctx, datanetId, name)).parts)
    chunks.push(Buffer.from(part as string));
  return Buffer.concat(chunks);
}

test("accepted rows with where they come from, as JSONL and the same as Parquet; sealed ones are left out", async () => {
  const { datanetId, people, contributor, contributionId } = await t.setUp(5, 1);
  const [one] = people as [(typeof people)[number]];
  for (let i = 0; i < 5; i += 1) {
    const { item } = await t.next(one, datanetId);
    const isLast = i === 4;
    await decideReview(t.as(one), {
      recordId: item!.recordId,
      decision: isLast ? "reject" : "accept",
      reason: isLast ? "wrong_answer" : undefined,
      note: isLast ? "=1+1" : undefined,
    });
  }
  const rows = await t.db.select().from(records).where(eq(records.status, "accepted"));
  const [version] = await t.db
    .insert(snapshots)
    .values({ datanetId, number: 3, createdById: one.id, status: "frozen" })
    .returning({ id: snapshots.id });
  await t.db.insert(snapshotRecords).values(
    rows.map(({ id }, i) => ({
      snapshotId: version!.id,
      recordId: id,
      leaf: "",
      cluster: "",
      side: "test" as const,
      sealed: i === 0,
    })),
  );
  const lines = (await whole(t.as(one), datanetId, "rows.jsonl")).toString().trim().split("\n");
  const found = lines.map((line) => JSON.parse(line));
  const sealed = rows[0]!.id;
  expect(found.map(({ id }) => id).sort()).toEqual(
    rows
      .map(({ id }) => id)
      .filter((id) => id !== sealed)
      .sort(),
  );
  const [file] = await t.db.select().from(contributions).where(eq(contributions.id, contributionId));
  expect(found[0]).toMatchObject({
    contributor: contributor.address,
    contribution: contributionId,
    contribution_sha256: file!.fileSha256,
    revision: 1,
    decisions: 1,
    is_sampled: false,
    version: 3,
    licence: "CC-BY-4.0",
  });
  const parquet = await whole(t.as(one), datanetId, "rows.parquet");
  const buffer = new Uint8Array(parquet).buffer;
  expect(await parquetReadObjects({ file: buffer })).toEqual(found);

  // What a sealed question was before it was mended is as good as the question.
  const [{ id: _, ...question }] = rows as [(typeof rows)[number]];
  const earlier = {
    ...question,
    revision: 2,
    prompt: "as it was before",
    rowHash: "before",
    status: "replaced",
  };
  const [before] = await t.db
    .insert(records)
    .values(earlier as typeof records.$inferInsert)
    .returning();
  await t.db
    .insert(reviews)
    .values({ recordId: before!.id, validatorId: one.id, decision: "send_back", reason: "unclear" });
  const csv = (await whole(t.as(one), datanetId, "reviews.csv")).toString();
  expect(csv.split("\r\n").length).toBe(1 + 4 + 1);
  expect(csv).not.toContain("as it was before");
  expect(csv).toContain("wrong_answer,'=1+1,");
  const argilla = JSON.parse((await whole(t.as(one), datanetId, "argilla.json")).toString());
  expect(argilla.length).toBe(4);
  const refused = argilla.find((record: { responses: { note?: unknown } }) => record.responses.note);
  expect(refused.responses).toEqual({
    decision: [{ value: "reject", user_id: userId(one.address) }],
    note: [{ value: "wrong_answer: =1+1", user_id: userId(one.address) }],
  });
});

test("decisions are for members, rows for anyone; a file that there is not is not found", async () => {
  const { datanetId } = await t.setUp(1, 1);
  const visitor = t.as(await makeAccount(t.db));
  await expect(whole(visitor, datanetId, "reviews.csv")).rejects.toMatchObject({ code: "NOT_MEMBER" });
  await expect(
    openReviewExport({ ...visitor, actor: null }, datanetId, "argilla.json"),
  ).rejects.toMatchObject({
    code: "SIGN_IN",
  });
  expect((await whole(visitor, datanetId, "rows.jsonl")).toString()).toBe("");
  await expect(openReviewExport(visitor, datanetId, "all.zip")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("whoever takes the whole of a private Datanet is written down; of a public one nobody is", async () => {
  const { datanetId, people } = await t.setUp(2, 1);
  const [member] = people as [Person];
  const reads = async () =>
    (
      await t.db
        .select({ actorId: auditLog.actorId, data: auditLog.data })
        .from(auditLog)
        .where(and(eq(auditLog.action, "datanet.export"), eq(auditLog.subject, `datanet:${datanetId}`)))
        .orderBy(auditLog.createdAt)
    ).map(({ actorId, data }) => [actorId, data]);
  await whole(t.as(member), datanetId, "rows.jsonl");
  expect(await reads()).toEqual([]);
  await t.db.update(datanets).set({ readAccess: "invited" }).where(eq(datanets.id, datanetId));
  await whole(t.as(member), datanetId, "rows.jsonl");
  await whole(t.as(member), datanetId, "reviews.csv");
  await expect(whole(t.as(await makeAccount(t.db)), datanetId, "rows.jsonl")).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  expect(await reads()).toEqual([
    [member.id, { file: "rows.jsonl" }],
    [member.id, { file: "reviews.csv" }],
  ]);
});
