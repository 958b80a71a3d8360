import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { makeAccount, makeContribution, makeDatanet, makeMember } from "@/db/factories";
import { contributions, findings, records } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import type { Context } from "@/server/context";
import { getTopicMap } from "@/server/datanet/topic-map";
import { embedDatanet } from "./embed.job";
import { askForMissing } from "./reconcile";
import { runnerError, TestEmbeddings } from "./test-embeddings";
import { VectorFolder } from "./vector-folder";
import type { EmbeddingState } from "./words";

let test: TestDatabase;
let folder: string;
let datanetId: string;
let embeddings: TestEmbeddings;
let vectors: VectorFolder;
const ENTRY = 16 + 768;

beforeEach(async () => {
  test = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "embedding-"));
  datanetId = await makeDatanet(test.db, (await makeAccount(test.db)).id);
  embeddings = new TestEmbeddings();
  vectors = new VectorFolder(folder);
  return async () => {
    rmSync(folder, { recursive: true, force: true });
    await test.close();
  };
});

const deps = () => ({ db: test.db, embeddings, vectors });
const run = (sliceMs?: number) => embedDatanet(deps(), { datanetId }, sliceMs);
async function contribute(prompts: string[], over: { health?: object; minutes?: number } = {}) {
  const { id } = await makeMember(test.db, datanetId);
  const made = await makeContribution(test.db, { datanetId, contributorId: id }, prompts);
  const submittedAt = new Date(Date.UTC(2026, 0, 1, 0, over.minutes ?? 0));
  await test.db
    .update(contributions)
    .set({ submittedAt, health: over.health as Record<string, unknown> })
    .where(eq(contributions.id, made.contributionId));
  return made;
}
async function healthOf(id: string) {
  const [row] = await test.db.select().from(contributions).where(eq(contributions.id, id));
  return row!.health as { embedding: EmbeddingState; lengths?: number[] };
}
const findingsOf = (id: string) =>
  test.db.select().from(findings).where(eq(findings.contributionId, id)).orderBy(findings.row);
const jobs = async () => {
  const { rows } = await test.db.execute(
    sql`select data, start_after > now() + interval '10 seconds' as later from pgboss.job where name = 'contribution.embed'`,
  );
  return rows;
};
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `unlike${from + i} anything${from + i} else${from + i}`);

it("notes rows that ask what an earlier row asks, in this file and in others, beside the rest of the report", async () => {
  const first = await contribute(["how is tea made", "where do bees live"], { minutes: 1 });
  const second = await contribute(
    ["what do cats eat", "tea: how is it made", "eat cats what do", "how is tea made now, quickly"],
    { minutes: 2, health: { lengths: [1, 2] } },
  );
  await test.db.insert(findings).values({
    contributionId: second.contributionId,
    row: 1,
    code: "ROW_LONG",
    severity: "note",
    message: "m",
    fix: "f",
  });
  await run();
  expect(await findingsOf(first.contributionId)).toEqual([]);
  const found = await findingsOf(second.contributionId);
  expect(found.map(({ row, code, severity }) => [row, code, severity])).toEqual([
    [1, "ROW_LONG", "note"],
    [2, "NEAR_MEANING", "note"],
    [3, "NEAR_MEANING", "warning"],
  ]);
  expect(found[1]!.detail).toMatchObject({ recordId: first.recordIds[0], row: 1 });
  expect(found[1]!.detail.likeness).toBeCloseTo(4 / Math.sqrt(20), 2);
  expect(found[1]!.message).toBe(
    "Row 2 seems to ask the same as row 1 of another file of this Datanet, in other words (likeness 0.89 of 1).",
  );
  expect(found[2]!.message).toMatch(/^Row 3 seems to ask the same as row 1 of this file/);
  expect(await healthOf(second.contributionId)).toEqual({
    lengths: [1, 2],
    embedding: {
      state: "done",
      model: "all-MiniLM-L6-v2",
      rows: 4,
      unlike: 2,
      near: 2,
      against: 6,
      leftOut: 0,
    },
  });
});

it("killed after any call and run again it comes to the same end, and computes no vector twice", async () => {
  const twins = [...numbered(70), "anything3 else3 unlike3"];
  await contribute(numbered(5), { minutes: 1 });
  const { contributionId } = await contribute(twins, { minutes: 2 });
  for (const op of ["embed", "nearest", "draw"] as const) {
    for (const after of op === "embed" ? [2, 2, 1] : [1]) {
      embeddings.fault = { op, after, error: new Error("killed") };
      await expect(run()).rejects.toThrow("killed");
      // Half an entry, as a process leaves it that dies while it writes.
      if (op === "embed" && (await vectors.has(contributionId)))
        appendFileSync(path.join(folder, "embeddings/all-MiniLM-L6-v2", contributionId), "half");
    }
  }
  await run();
  expect(embeddings.texts).toHaveLength(76);
  expect(statSync(path.join(folder, "embeddings/all-MiniLM-L6-v2", contributionId)).size).toBe(71 * ENTRY);
  const before = await findingsOf(contributionId);
  expect(before.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 71]);
  const calls = { ...embeddings.calls };
  await run();
  expect(embeddings.calls).toEqual(calls);
  expect(await findingsOf(contributionId)).toEqual(before);
});

it("goes on in another job when its time is over, without counting a row twice", async () => {
  const { contributionId } = await contribute([...numbered(1100), ...numbered(3)]);
  const seen: EmbeddingState[] = [];
  while (seen.at(-1)?.state !== "done" && seen.length < 60) {
    // A slice that is over at once does one step.
    await run(0);
    seen.push((await healthOf(contributionId)).embedding);
  }
  expect(seen[0]).toEqual({ state: "pending", rows: 1103, embedded: 32 });
  expect(seen.at(-2)).toMatchObject({ state: "pending", rows: 1103, embedded: 1103, compared: 1000 });
  expect(await healthOf(contributionId)).toMatchObject({
    embedding: { state: "done", rows: 1103, near: 3, unlike: 1100 },
  });
  expect((await findingsOf(contributionId)).map(({ row }) => row)).toEqual([1101, 1102, 1103]);
  expect(embeddings.texts).toHaveLength(1103);
  expect(seen).toHaveLength(Math.ceil(1103 / 32) + 1);
  expect(await jobs()).toHaveLength(seen.length - 1);
});

it("rows that were rejected or gave way to a mended one are nobody's neighbours; a mended row gets its own", async () => {
  const { contributionId, recordIds } = await contribute(["how is tea made", "where do bees live"], {
    minutes: 1,
  });
  const other = await contribute(["made tea is how", "bees live where"], { minutes: 2 });
  await test.db.update(records).set({ status: "rejected" }).where(eq(records.id, recordIds[0]!));
  await run();
  expect((await findingsOf(other.contributionId)).map(({ row }) => row)).toEqual([2]);

  const [row] = await test.db.select().from(records).where(eq(records.id, recordIds[1]!));
  await test.db.update(records).set({ status: "replaced" }).where(eq(records.id, row!.id));
  const { id: _, ...rest } = row!;
  await test.db.insert(records).values({ ...rest, revision: 2, prompt: "why do wasps sting" });
  await test.db
    .update(contributions)
    .set({ health: { embedding: { state: "pending" } } })
    .where(eq(contributions.datanetId, datanetId));
  await run();
  expect(await findingsOf(other.contributionId)).toEqual([]);
  expect(embeddings.texts).toHaveLength(4 + 1);
  expect(await findingsOf(contributionId)).toEqual([]);
});

it("without the model it says so and asks again later; with the runner away it waits", async () => {
  const { contributionId } = await contribute(["how is tea made"]);
  embeddings.fault = { op: "embed", after: 1, error: runnerError("RUNNER_UNAVAILABLE", true) };
  await run();
  expect(await jobs()).toEqual([{ data: { datanetId }, later: true }]);
  expect(await askForMissing(deps())).toBe(0);
  await test.db.execute(sql`delete from pgboss.job where name = 'contribution.embed'`);

  embeddings.fault = { op: "embed", after: 1, error: runnerError("EMBEDDER_MISSING", false) };
  await run();
  expect((await healthOf(contributionId)).embedding).toEqual({
    state: "unavailable",
    code: "EMBEDDER_MISSING",
    reason: "EMBEDDER_MISSING of a test.",
  });
  expect(await topicMap()).toMatchObject({ waiting: 0, problem: "EMBEDDER_MISSING of a test.", points: [] });
  expect(await askForMissing(deps())).toBe(1);
  await run();
  expect((await healthOf(contributionId)).embedding.state).toBe("done");
});

it("vectors that are gone are made again", async () => {
  const { contributionId } = await contribute(["how is tea made", "made tea is how"]);
  await run();
  rmSync(path.join(folder, "embeddings"), { recursive: true });
  expect(await askForMissing(deps())).toBe(1);
  expect(await askForMissing(deps())).toBe(0);
  await run();
  expect((await findingsOf(contributionId)).map(({ row }) => row)).toEqual([2]);
  expect(await vectors.has(contributionId)).toBe(true);
});

const topicMap = () => getTopicMap({ db: test.db, actor: null } as Context, datanetId, folder);

it("draws the map once for equal content, in an order that does not change, and shows what still counts", async () => {
  expect(await topicMap()).toMatchObject({ rows: 0, waiting: 0, problem: null, points: [] });
  const { recordIds, contributionId } = await contribute(numbered(40));
  expect(await topicMap()).toMatchObject({ rows: 40, waiting: 1, points: [] });
  await run();
  const map = await topicMap();
  expect(map).toMatchObject({ rows: 40, waiting: 0, explained: [0.2, 0.1] });
  expect(map.points).toHaveLength(40);
  expect(map.points.find(({ id }) => id === recordIds[4])).toMatchObject({
    contributionId,
    row: 5,
    prompt: "unlike4 anything4 else4",
  });
  await run();
  expect(embeddings.calls.draw).toBe(1);
  rmSync(path.join(folder, "embeddings/all-MiniLM-L6-v2/maps"), { recursive: true });
  await run();
  expect(await topicMap()).toEqual(map);
  await test.db.update(records).set({ status: "rejected" }).where(eq(records.id, recordIds[4]!));
  expect((await topicMap()).points).toHaveLength(39);
});
