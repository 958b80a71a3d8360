import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { comparisons, publications } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { makeAdapter } from "@/server/chat/test-adapter";
import type { StreamChat } from "@/server/runner/chat";
import { RunnerError } from "@/server/runner/client";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { freezeForTest } from "@/server/training-run/test-run";
import { MemoryRunner } from "@/server/training-run/test-runner";
import type { SignedInContext } from "@/server/trpc";
import { decideComparison, unblind } from "./decide";
import { getTally } from "./queries";
import type { ComparisonEvent } from "./schemas";
import { startComparison } from "./start";
import { wilson } from "./wilson";

let database: TestDatabase;
let world: World;
let adapterId: string;
let asked: { model: string; messages: { role: string; content: string }[] }[];
const runner = new MemoryRunner();
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.db, [differentRows(60)]);
  const version = await freezeForTest(database.db, world);
  ({ adapterId } = await makeAdapter(database.db, world, [version]));
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await world.close();
  await database.close();
});

/** The adapter says "animal", the base "stone", a word at a time. */
const chat: StreamChat = async function* (request) {
  asked.push(request);
  yield { type: "start" };
  yield { type: "text", text: request.model.startsWith("adapter:") ? "animal" : "stone" };
  yield { type: "end", tokens: 1, reason: "stop" };
};
const open = () => new AbortController().signal;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    ({ code }) => code,
  );

async function compare(ctx: SignedInContext, prompt: string, with_: StreamChat = chat) {
  const events = await startComparison(ctx, { adapterId, prompt }, { runner, chat: with_ }, open());
  const found: ComparisonEvent[] = [];
  for await (const event of events) found.push(event);
  const [first] = found;
  const comparisonId = first?.type === "open" ? first.comparisonId : "";
  const answers = { a: "", b: "" };
  for (const event of found) if (event.type === "text") answers[event.side] += event.text;
  return { comparisonId, answers, events: found };
}

test("both are told the same, nothing in the stream names them, and the vote reveals them", async () => {
  const bela = world.as(world.builder);
  const { comparisonId, answers, events } = await compare(bela, "a bird");
  expect(asked.map(({ messages }) => messages)).toEqual([asked[0]!.messages, asked[0]!.messages]);
  expect(asked[0]!.messages).toEqual([
    { role: "system", content: "Answer." },
    { role: "user", content: "a bird" },
  ]);
  expect(Object.values(answers).sort()).toEqual(["animal", "stone"]);
  expect(JSON.stringify(events)).not.toMatch(/adapter|base|tuned/i);
  const { vote, tunedSide } = await decideComparison(bela, { comparisonId, vote: "a" });
  expect(answers[tunedSide]).toBe("animal");
  expect(vote).toBe(tunedSide === "a" ? "tuned" : "base");
});

test("the same question voted on twice says so, in any spelling; without a vote it is shown in the same order", async () => {
  const bela = world.as(world.builder);
  const first = await compare(bela, "a small fish");
  const again = await compare(bela, "A  small fish ");
  expect(again).toMatchObject({ comparisonId: first.comparisonId, answers: first.answers });
  await decideComparison(bela, { comparisonId: first.comparisonId, vote: "both_bad" });
  const error = await compare(bela, "a small FISH").catch((e) => e);
  expect(error).toMatchObject({ code: "ALREADY_COMPARED", status: 409 });
  expect(error.message).toContain("you found both answers bad");
  const twice = decideComparison(bela, { comparisonId: first.comparisonId, vote: "a" });
  expect(await codeOf(twice)).toBe("ALREADY_VOTED");
});

test("half an answer cannot be voted on, a failure of one side ends both, and nobody votes for another", async () => {
  const bela = world.as(world.builder);
  let stopped = 0;
  const broken: StreamChat = async function* (request, signal) {
    // Either side may be asked first, so this one listens before it says anything.
    const isStopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    if (request.model.startsWith("adapter:")) void isStopped.then(() => (stopped += 1));
    yield { type: "start" };
    if (request.model.startsWith("base:"))
      throw new RunnerError(503, { code: "engine_restarted", message: "x", retryable: true });
    await isStopped;
  };
  expect(await codeOf(compare(bela, "a plant", broken))).toBe("ANSWER_LOST");
  await expect.poll(() => stopped).toBe(1);
  const [row] = await database.db.select().from(comparisons).where(eq(comparisons.prompt, "a plant"));
  expect(await codeOf(decideComparison(bela, { comparisonId: row!.id, vote: "a" }))).toBe("NOT_ANSWERED");
  const other = world.as(world.owner);
  expect(await codeOf(decideComparison(other, { comparisonId: row!.id, vote: "a" }))).toBe("NOT_FOUND");
  expect(await codeOf(compare(other, "a plant"))).toBe("NOT_PUBLISHED");
});

test("the tally counts a person and question once, with Wilson's interval over the votes that preferred one", async () => {
  await database.db.insert(publications).values({ adapterId, status: "final" });
  const vera = world.as(world.validator);
  const before = await getTally(vera, { adapterId });
  for (const [prompt, want] of [
    ["one", "animal"],
    ["two", "animal"],
    ["three", "stone"],
  ] as const) {
    const { comparisonId, answers } = await compare(vera, prompt);
    await decideComparison(vera, { comparisonId, vote: answers.a === want ? "a" : "b" });
  }
  const tally = await getTally({ ...vera, actor: null }, { adapterId });
  expect([tally.tuned - before.tuned, tally.base - before.base]).toEqual([2, 1]);
  expect(tally).toMatchObject({ bothBad: 1, people: 2, share: { n: before.tuned + before.base + 3 } });
});

test("both orders are drawn, and A and B are what they are", async () => {
  expect(unblind("a", true)).toBe("tuned");
  expect(unblind("a", false)).toBe("base");
  expect(unblind("b", true)).toBe("base");
  expect(unblind("both_good", false)).toBe("both_good");
  const rows = await database.db.select({ first: comparisons.isTunedFirst }).from(comparisons);
  expect(rows.length).toBeGreaterThan(5);
});

// Reference: statsmodels.stats.proportion.proportion_confint(7, 10, method="wilson") and (0, 5), (5, 5).
test("Wilson's interval has the published values", () => {
  const rounded = (k: number, n: number) => Object.values(wilson(k, n)).map((x) => Number(x.toFixed(4)));
  expect(rounded(7, 10)).toEqual([0.3968, 0.8922]);
  expect(rounded(0, 5)).toEqual([0, 0.4345]);
  expect(rounded(5, 5)).toEqual([0.5655, 1]);
});
