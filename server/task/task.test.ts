import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeContribution } from "@/db/factories";
import { datanets, notices, records, snapshotRecords, taskContributions, tasks } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { getChatOptions } from "@/server/chat/queries";
import { makeAdapter } from "@/server/chat/test-adapter";
import { uploadContribution } from "@/server/contribution/upload";
import { claimNext } from "@/server/review/claim-next";
import { decideReview } from "@/server/review/decide";
import { undoReview } from "@/server/review/undo";
import { createWorld, differentRows, type Person, type World } from "@/server/snapshot/test-world";
import { freezeForTest } from "@/server/training-run/test-run";
import { createTask } from "./create";
import { getTask, listTasks } from "./queries";
import { shortPrompt } from "./short-prompt";

let database: TestDatabase;
let world: World;
let adapterId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.db, [differentRows(60)]);
  const version = await freezeForTest(database.db, world);
  ({ adapterId } = await makeAdapter(database.db, world, [version], { isPublished: true }));
});
afterAll(async () => {
  await world.close();
  await database.close();
});

const wrong = (prompt: string) => ({
  adapterId,
  datanetId: world.datanetId,
  prompt,
  wrongAnswer: "plant",
  expected: "animal",
});
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    ({ code }) => code,
  );
const bela = () => world.as(world.builder);
const noticesOf = (accountId: string, kind: "task.opened" | "task.done") =>
  database.db
    .select()
    .from(notices)
    .where(and(eq(notices.accountId, accountId), eq(notices.kind, kind)));

test("a wrong answer becomes a task of a Datanet it was trained on, once while it is open, and its owner hears of it", async () => {
  const { taskId } = await createTask(bela(), wrong("a small  bird"));
  expect(await getTask(bela(), { taskId })).toMatchObject({
    prompt: "a small  bird",
    wrongAnswer: "plant",
    expected: "animal",
    status: "open",
    adapterName: "What is described",
    reporterName: "Bela",
    isTestQuestion: false,
    contributions: 0,
  });
  const told = await noticesOf(world.owner.id, "task.opened");
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    subjectId: taskId,
    facts: { task: "a small bird", datanetId: world.datanetId },
  });
  expect(await codeOf(createTask(world.as(world.owner), wrong("A small bird ")))).toBe("TASK_OPEN");
  await createTask(world.as(world.owner), wrong("a fish"));
  expect(await noticesOf(world.owner.id, "task.opened")).toHaveLength(1);
  const visible = await listTasks({ ...bela(), actor: null }, { datanetId: world.datanetId });
  expect(visible.map(({ prompt }) => prompt)).toEqual(["a fish", "a small  bird"]);
});

test("what cannot be a task is refused with its reason", async () => {
  const other = await createWorld(database.db, [differentRows(10, 900)]);
  expect(await codeOf(createTask(bela(), { ...wrong("x"), datanetId: other.datanetId }))).toBe(
    "NOT_ITS_DATANET",
  );
  expect(await codeOf(createTask(bela(), { ...wrong("x"), expected: " PLANT" }))).toBe("SAME_ANSWER");
  expect(await codeOf(createTask(bela(), { ...wrong("x"), expected: "mineral" }))).toBe("NOT_A_LABEL");
  expect(await codeOf(createTask(bela(), { ...wrong("x"), adapterId: crypto.randomUUID() }))).toBe(
    "NOT_FOUND",
  );
  await other.close();
});

test("a sample takes no tasks: the Datanets with its goal that the reporter owns or joined stand in for it", async () => {
  const sample = await createWorld(database.db, [differentRows(20, 500)]);
  await database.db.update(datanets).set({ isSample: true }).where(eq(datanets.id, sample.datanetId));
  const version = await freezeForTest(database.db, sample);
  const tried = await makeAdapter(database.db, sample, [version], { isPublished: true });
  const otherGoal = await createWorld(database.db, [], { goal: "answer", labels: [] });
  const report = (who: Person, datanetId: string) =>
    createTask(world.as(who), { ...wrong("a grey whale"), adapterId: tried.adapterId, datanetId });
  const offered = async (who: Person | null) => {
    const ctx = who ? sample.as(who) : { ...sample.as(sample.owner), actor: null };
    const { taskDatanets } = await getChatOptions(ctx, { adapterId: tried.adapterId });
    return taskDatanets.map(({ id }) => id);
  };
  expect(await offered(null)).toEqual([]);
  expect(await offered(sample.owner)).toEqual([]);
  expect(await codeOf(report(sample.owner, sample.datanetId))).toBe("SAMPLE_TAKES_NONE");
  expect(await codeOf(report(sample.owner, world.datanetId))).toBe("NOT_ITS_DATANET");

  // Bela has joined the one, and owns none.
  expect(await offered(world.builder)).toEqual([world.datanetId]);
  expect(await codeOf(report(world.builder, sample.datanetId))).toBe("SAMPLE_TAKES_NONE");
  const { taskId } = await report(world.builder, world.datanetId);
  expect((await listTasks(bela(), { datanetId: world.datanetId })).map(({ id }) => id)).toContain(taskId);
  expect(await listTasks(bela(), { datanetId: sample.datanetId })).toEqual([]);
  expect(await offered(otherGoal.owner)).toEqual([]);
  await sample.close();
  await otherGoal.close();
});

test("that a question is in the test is said of the shown third alone", async () => {
  const inTest = (sealed: boolean) =>
    database.db
      .select({ prompt: records.prompt })
      .from(snapshotRecords)
      .innerJoin(records, eq(records.id, snapshotRecords.recordId))
      .where(and(eq(snapshotRecords.side, "test"), eq(snapshotRecords.sealed, sealed)));
  const [[shown], [sealed]] = [await inTest(false), await inTest(true)];
  const one = await createTask(bela(), wrong(shown!.prompt.toUpperCase()));
  const two = await createTask(bela(), wrong(sealed!.prompt));
  expect((await getTask(bela(), one)).isTestQuestion).toBe(true);
  expect((await getTask(bela(), two)).isTestQuestion).toBe(false);
});

test("accepted examples close the task and tell who opened it; a review taken back opens it again", async () => {
  const { taskId } = await createTask(bela(), wrong("an old dog"));
  const contributor = world.contributors[0]!;
  await database.db.update(records).set({ status: "accepted" }).where(eq(records.datanetId, world.datanetId));
  const { contributionId } = await makeContribution(
    database.db,
    { datanetId: world.datanetId, contributorId: contributor.id },
    ["a dog that is old"],
  );
  await database.db.insert(taskContributions).values({ taskId, contributionId });
  expect((await getTask(bela(), { taskId })).contributions).toBe(1);
  const vera = world.as(world.validator);
  const decide = async (decision: "accept" | "reject") => {
    const { item } = await claimNext(vera, { datanetId: world.datanetId });
    const reason = decision === "reject" ? { reason: "wrong_answer" as const } : {};
    await decideReview(vera, { recordId: item!.recordId, decision, ...reason });
  };
  await decide("reject");
  expect((await getTask(bela(), { taskId })).status).toBe("open");
  await undoReview(vera, { datanetId: world.datanetId });
  await decide("accept");
  expect(await getTask(bela(), { taskId })).toMatchObject({ status: "done", doneById: contributionId });
  expect(await noticesOf(world.builder.id, "task.done")).toHaveLength(1);
  await undoReview(vera, { datanetId: world.datanetId });
  expect(await getTask(bela(), { taskId })).toMatchObject({ status: "open", doneById: null });
  expect(await noticesOf(world.builder.id, "task.done")).toHaveLength(0);
});

test("a file is sent for a task of its own Datanet, or refused whole", async () => {
  const { taskId } = await createTask(bela(), wrong("a young cat"));
  const upload = (of: string, text: string) => ({
    datanetId: world.datanetId,
    fileName: null,
    content: (async function* () {
      yield new TextEncoder().encode(text);
    })(),
    declaredBytes: null,
    maxBytes: 1000,
    quotaBytes: 1_000_000_000,
    taskId: of,
  });
  expect(await codeOf(uploadContribution(bela(), upload(crypto.randomUUID(), "a,b\n1,2\n")))).toBe(
    "NOT_FOUND",
  );
  const { contributionId } = await uploadContribution(bela(), upload(taskId, "text,label\na,animal\n"));
  const links = await database.db
    .select()
    .from(taskContributions)
    .where(eq(taskContributions.taskId, taskId));
  expect(links).toEqual([{ taskId, contributionId }]);
  // Not submitted yet: nobody else is told of it.
  expect((await getTask(bela(), { taskId })).contributions).toBe(0);
  expect(await database.db.select().from(tasks).where(eq(tasks.id, taskId))).toHaveLength(1);
});

test("a long question is one short line in a notice", () => {
  expect(shortPrompt("  a\n b ")).toBe("a b");
  expect(shortPrompt("x".repeat(200))).toBe(`${"x".repeat(79)}…`);
});
