import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { publications, records, snapshotRecords } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import type { Context } from "@/server/context";
import type { StreamChat } from "@/server/runner/chat";
import { RunnerError } from "@/server/runner/client";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { freezeForTest } from "@/server/training-run/test-run";
import { MemoryRunner } from "@/server/training-run/test-runner";
import { answerChat } from "./answer";
import { getChatOptions } from "./queries";
import { type AnswerEvent, ChatInput } from "./schemas";
import { makeAdapter } from "./test-adapter";

let database: TestDatabase;
let world: World;
let adapterId: string;
let runner: MemoryRunner;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.db, [differentRows(60)]);
  ({ adapterId } = await makeAdapter(database.db, world, [await freezeForTest(database.db, world)]));
});
beforeEach(() => {
  runner = new MemoryRunner();
});
afterAll(async () => {
  await world.close();
  await database.close();
});

const visitor = (client = "10.0.0.1"): Context => ({ ...world.as(world.builder), actor: null, client });
const ask = { messages: [{ role: "user" as const, content: "a small bird" }] };
const open = new AbortController().signal;

/** Answers as the runner does, and remembers what it was asked. */
const says = (...words: string[]) => {
  const asked: unknown[] = [];
  const chat: StreamChat = async function* (request) {
    asked.push(request);
    yield { type: "start" };
    for (const text of words) yield { type: "text", text };
    yield { type: "end", tokens: words.length, reason: "stop" };
  };
  return { asked, deps: { runner, chat } };
};
const failing = (code: string): StreamChat =>
  // biome-ignore lint/correctness/useYield: it fails before the first piece
  async function* () {
    throw new RunnerError(503, { code, message: "secret detail", retryable: true });
  };
async function all(events: AsyncGenerator<AnswerEvent>): Promise<AnswerEvent[]> {
  const found = [];
  for await (const event of events) found.push(event);
  return found;
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    ({ code }) => code,
  );

test("the builder is answered by the adapter itself, whose files are sent to a runner that lacks them", async () => {
  const { asked, deps } = says("ani", "mal");
  const events = await all(await answerChat(world.as(world.builder), { ...ask, adapterId }, deps, open));
  expect(events.map(({ type }) => type)).toEqual(["start", "text", "text", "end"]);
  expect(events.at(-1)).toMatchObject({ tokens: 2, reason: "stop" });
  expect(asked).toMatchObject([{ model: expect.stringMatching(/^adapter:[0-9a-f]{64}$/), ...ask }]);
  expect(runner.blobs.size).toBe(2);
});

test("an unpublished adapter answers nobody else, a published one anybody", async () => {
  const { deps } = says("animal");
  const notPublished = "NOT_PUBLISHED";
  expect(await codeOf(answerChat(visitor(), { ...ask, adapterId }, deps, open))).toBe(notPublished);
  expect(await codeOf(answerChat(world.as(world.owner), { ...ask, adapterId }, deps, open))).toBe(
    notPublished,
  );
  expect(await getChatOptions(visitor(), { adapterId })).toMatchObject({
    isAllowed: false,
    examples: [],
  });
  await database.db.insert(publications).values({ adapterId, status: "submitted" });
  expect(await codeOf(answerChat(visitor(), { ...ask, adapterId }, deps, open))).toBe(notPublished);
  await database.db
    .update(publications)
    .set({ status: "included" })
    .where(eq(publications.adapterId, adapterId));
  expect(await all(await answerChat(visitor(), { ...ask, adapterId }, deps, open))).toHaveLength(3);
});

test("examples are questions of the test that may be shown, never sealed ones", async () => {
  const { examples, labels } = await getChatOptions(visitor(), { adapterId });
  const shown = await database.db
    .select({ prompt: records.prompt })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .where(and(eq(snapshotRecords.side, "test"), eq(snapshotRecords.sealed, false)));
  expect(examples).toHaveLength(4);
  for (const { prompt } of examples) expect(shown.map((row) => row.prompt)).toContain(prompt);
  expect(labels).toContain("animal");
});

test("each failure of the machine has its sentence, and none tells its inside", async () => {
  const codes: Record<string, string> = {
    RUNNER_UNAVAILABLE: "RUNNER_AWAY",
    rate_limit_exceeded: "RUNNER_BUSY",
    context_length_exceeded: "MESSAGE_TOO_LONG",
    out_of_memory: "RUNNER_MEMORY",
    engine_restarted: "ANSWER_LOST",
    model_not_found: "MODEL_MISSING",
    whatever: "ANSWER_FAILED",
  };
  for (const [code, shown] of Object.entries(codes)) {
    const deps = { runner, chat: failing(code) };
    const error = await answerChat(world.as(world.builder), { ...ask, adapterId }, deps, open).catch(
      (e) => e,
    );
    expect(error.code).toBe(shown);
    expect(`${error.message} ${error.fix}`).not.toContain("secret detail");
  }
  runner.away = new RunnerError(0, { code: "RUNNER_UNAVAILABLE", message: "x", retryable: true });
  const away = answerChat(world.as(world.builder), { ...ask, adapterId }, says("x").deps, open);
  expect(await codeOf(away)).toBe("RUNNER_AWAY");
});

test("two answers at once and no third; a place comes back at the end, at a stop, and after a failure", async () => {
  const ctx = visitor("10.0.0.2");
  const input = { ...ask, adapterId };
  const { deps } = says("animal");
  const first = await answerChat(ctx, input, deps, open);
  const stop = new AbortController();
  await answerChat(ctx, input, deps, stop.signal);
  expect(await codeOf(answerChat(ctx, input, deps, open))).toBe("ANSWERS_AT_ONCE");
  stop.abort();
  await codeOf(answerChat(ctx, input, { runner, chat: failing("out_of_memory") }, open));
  await codeOf(answerChat(ctx, input, { runner, chat: failing("out_of_memory") }, open));
  await all(await answerChat(ctx, input, deps, open));
  await all(first);
  expect(await all(await answerChat(ctx, input, deps, open))).toHaveLength(3);
});

test("a person may send twenty messages a minute, however many others send theirs", async () => {
  const ctx = visitor("10.0.0.3");
  for (let n = 0; n < 20; n += 1)
    await all(await answerChat(ctx, { ...ask, adapterId }, says("x").deps, open));
  expect(await codeOf(answerChat(ctx, { ...ask, adapterId }, says("x").deps, open))).toBe("RATE_LIMITED");
  await all(await answerChat(visitor("10.0.0.4"), { ...ask, adapterId }, says("x").deps, open));
});

test("what is no message is refused with its reason", () => {
  const reason = (value: unknown) => ChatInput.safeParse(value).error?.issues[0]?.message;
  expect(reason({ messages: [] })).toBe("Write a message first");
  expect(reason({ messages: [{ role: "user", content: "  " }] })).toMatch(/must be yours, not empty/);
  expect(reason({ messages: [{ role: "assistant", content: "hi" }] })).toMatch(/must be yours/);
  expect(reason({ messages: [{ role: "system", content: "hi" }] })).toBeDefined();
  expect(reason(ask)).toBeUndefined();
});
