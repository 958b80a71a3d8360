import { eq } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { adapters, benchmarks, evaluations, trainingRuns } from "@/db/schema";
import type { Preset } from "@/db/schema/training-run.constants";
import { listRuns } from "./list-runs";
import { ListRunsInput } from "./schemas";
import { startedRunPerTest } from "./test-run-world";

const t = startedRunPerTest();

/** Three measured runs beside the one under way, which is `quick` and not measured. */
const MEASURED: { preset: Preset; baseId: string; difference: number | null }[] = [
  { preset: "balanced", baseId: "tiny", difference: 0.2 },
  { preset: "thorough", baseId: "under_score", difference: -0.1 },
  { preset: "quick", baseId: "underXscore", difference: null },
];

beforeEach(async () => {
  const { id: _id, ...run } = await t.run();
  const [benchmark] = await t.db.select().from(benchmarks).where(eq(benchmarks.snapshotId, t.snapshotId));
  for (const [i, { preset, baseId, difference }] of MEASURED.entries()) {
    const [made] = await t.db
      .insert(trainingRuns)
      .values({
        ...run,
        preset,
        baseId,
        runCommit: `commitment ${i}`,
        status: "succeeded",
        createdAt: new Date(2026, 0, 1 + i),
      })
      .returning();
    await t.db.insert(evaluations).values({
      runId: made!.id,
      benchmarkId: benchmark!.id,
      sha256: "0",
      verdict: "better",
      opening: i + 1,
      summary: { n: 9, comparison: { difference } },
    });
  }
});

async function list(input: Parameters<typeof ListRunsInput.parse>[0] = {}) {
  const { items, total } = await listRuns(t.world.as(t.world.owner), ListRunsInput.parse(input));
  return { presets: items.map(({ preset }) => preset), bases: items.map(({ baseId }) => baseId), total };
}

test("a page is of the newest, and the total is of all", async () => {
  expect((await list()).presets).toEqual(["quick", "quick", "thorough", "balanced"]);
  expect(await list({ limit: 1, offset: 3 })).toEqual({ presets: ["balanced"], bases: ["tiny"], total: 4 });
});

test("every word must occur, in any case and column, and a pattern's letters are letters", async () => {
  expect((await list({ search: "TINY balanced" })).presets).toEqual(["balanced"]);
  expect(await list({ search: "tiny thorough" })).toMatchObject({ presets: [], total: 0 });
  expect((await list({ search: "under_score" })).bases).toEqual(["under_score"]);
  expect((await list({ search: "%" })).total).toBe(0);
  expect((await list({ search: "  " })).total).toBe(4);
});

test("the order asked for holds over all pages, with what is not there last both ways", async () => {
  const differences = async (direction: "asc" | "desc") =>
    (await list({ sort: { key: "difference", direction }, limit: 2 })).presets;
  expect(await differences("asc")).toEqual(["thorough", "balanced"]);
  expect(await differences("desc")).toEqual(["balanced", "thorough"]);
  expect((await list({ sort: { key: "at", direction: "asc" } })).presets[0]).toBe("balanced");
  expect(() => ListRunsInput.parse({ sort: { key: "id", direction: "asc" } })).toThrow();
});

test("measured ones alone, where they are to be compared", async () => {
  expect((await list({ isMeasured: true })).total).toBe(3);
});

test("what can be compared is found by its adapter's name, adapters made elsewhere among it", async () => {
  const [run] = await t.db
    .update(trainingRuns)
    .set({ kind: "measure" })
    .where(eq(trainingRuns.baseId, "under_score"))
    .returning();
  await t.db.insert(adapters).values({
    runId: run!.id,
    builderId: run!.builderId,
    name: "Second version",
    baseId: run!.baseId,
    sha256: "ad".repeat(32),
    configSha256: "cf".repeat(32),
  });
  expect((await list()).bases).not.toContain("under_score");
  expect((await list({ isMeasured: true })).total).toBe(3);
  const found = { bases: ["under_score"], total: 1 };
  expect(await list({ isMeasured: true, search: "second version" })).toMatchObject(found);
});
