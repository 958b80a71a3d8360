import { randomBytes } from "node:crypto";
import { and, eq } from "drizzle-orm";
import type { Database } from "@/db/client";
import { contributions, records, snapshotRecords, snapshots, trainingRuns } from "@/db/schema";
import { leafHash } from "@/server/chain/hash";
import type { World } from "@/server/snapshot/test-world";
import { createTrainingRun } from "./create";
import { markRunCommitted } from "./mark-committed";
import type { MemoryRunner } from "./test-runner";

/** A frozen version of a world's rows: of every ten, seven to train on, one to validate, two to test, one of them shown. */
export async function freezeForTest(db: Database, world: World): Promise<string> {
  const rows = await db.select().from(records).where(eq(records.datanetId, world.datanetId));
  const side = (i: number) => (i % 10 < 7 ? "train" : i % 10 < 8 ? "validation" : "test");
  const count = (wanted: string) => rows.filter((_, i) => side(i) === wanted).length;
  const [snapshot] = await db
    .insert(snapshots)
    .values({
      datanetId: world.datanetId,
      number: 1,
      status: "frozen",
      createdById: world.owner.id,
      rows: rows.length,
      root: randomBytes(32).toString("hex"),
      manifestSha256: randomBytes(32).toString("hex"),
      splitSha256: randomBytes(32).toString("hex"),
      split: {
        train: count("train"),
        validation: count("validation"),
        test: count("test"),
        sealed: rows.filter((_, i) => i % 10 === 9).length,
        removed: 0,
        clusters: rows.length,
        removedBy: {},
      },
      frozenAt: new Date(),
    })
    .returning();
  await db.insert(snapshotRecords).values(
    rows.map((row, i) => ({
      snapshotId: snapshot!.id,
      recordId: row.id,
      leaf: leafHash({ rowHash: row.rowHash, contributor: world.owner.key.address, salt: row.salt }),
      cluster: String(i),
      side: side(i) as "train" | "validation" | "test",
      sealed: i % 10 === 9,
    })),
  );
  return snapshot!.id;
}

/** As a dry run that passed leaves it: the builder may sign. */
export const passChecks = (db: Database, runId: string) =>
  db.update(trainingRuns).set({ status: "commit" }).where(eq(trainingRuns.id, runId));

/** A dry run's file: passed, or with one failed check. */
export const dryRunFile = (failed: Record<string, unknown> | null = null) =>
  JSON.stringify({
    format: "modelfactory.dry-run/1",
    passed: !failed,
    checks: [
      { check: "base", verdict: "passed", code: null, message: "4 files are here.", fix: "", rows: [] },
      ...(failed ? [{ verdict: "failed", code: null, fix: "", rows: [], ...failed }] : []),
    ],
    figures: failed
      ? { tokens: 10 }
      : {
          trained_rows: 21,
          steps: 50,
          step_seconds: 0.2,
          rows_per_step: 16,
          training_seconds: 12,
          peak_bytes: 7e8,
        },
  });

/** A run whose commitment the chain has included. */
export async function startForTest(db: Database, world: World, snapshotId: string, runner: MemoryRunner) {
  const { runId, runCommit } = await createTrainingRun(
    world.as(world.builder),
    { snapshotIds: [snapshotId], excludedContributorIds: [], baseId: "tiny", preset: "quick", seed: 7 },
    runner,
  );
  await passChecks(db, runId);
  await db.transaction((tx) => markRunCommitted(tx, { runCommit: `0x${runCommit}` }));
  return runId;
}

export const loadRun = async (db: Database, runId: string) =>
  (await db.select().from(trainingRuns).where(eq(trainingRuns.id, runId)))[0]!;

/** An evaluation.json in which the base is right on every second item and the tuned adapter on all. */
export async function evaluationFile(
  db: Database,
  snapshotId: string,
  arms = ["base", "majority", "prompted", "tuned"],
) {
  const own = await db
    .select({
      id: records.id,
      prompt: records.prompt,
      answer: records.answer,
      sealed: snapshotRecords.sealed,
    })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .where(and(eq(snapshotRecords.snapshotId, snapshotId), eq(snapshotRecords.side, "test")));
  const n = own.length;
  const right = (arm: string, i: number) => arm === "tuned" || i % 2 === 0;
  const rate = (correct: number) => ({ correct, n, rate: correct / n, low: 0.1, high: 0.9, contains: null });
  const fixed = own.filter((_, i) => i % 2 === 1).length;
  const comparison = {
    arm_a: "base",
    arm_b: "tuned",
    fixed,
    broken: 0,
    both_right: n - fixed,
    both_wrong: 0,
    difference: fixed / n,
    interval: [0.05, 0.6],
    p_value: 0.03,
    vs_majority_p_value: 0.01,
    verdict: "better",
    reason: `${fixed} questions fixed, 0 broken, of ${n}: more got better than chance explains; chance alone would do this about once in 33 times.`,
    min_detectable: 0.2,
    rows_needed: null,
  };
  const compared = arms.includes("base") && arms.includes("tuned");
  return JSON.stringify({
    format: "modelfactory.evaluation/1",
    metric: "accuracy",
    n,
    arms: Object.fromEntries(arms.map((arm) => [arm, rate(own.filter((_, i) => right(arm, i)).length)])),
    comparison: compared ? comparison : null,
    comparison_prompted: compared ? { ...comparison, arm_a: "prompted" } : null,
    categories: [],
    items: own.map((item, i) => ({
      id: item.id,
      sealed: item.sealed,
      category: "",
      prompt: item.prompt,
      expected: [item.answer],
      answers: Object.fromEntries(
        arms.map((arm) => [arm, { text: right(arm, i) ? item.answer : "stone", correct: right(arm, i) }]),
      ),
    })),
    golden: [],
    test_sha256: "00".repeat(32),
    seed: 7,
    seconds: 1.5,
  });
}

export async function influenceFile(db: Database, world: World) {
  const files = await db.select().from(contributions).where(eq(contributions.datanetId, world.datanetId));
  const rows = await db.select().from(records).where(eq(records.datanetId, world.datanetId));
  const group = (id: string, i: number) => ({
    id,
    rows: rows.length,
    value: 0.5 - i,
    low: 0.2 - i,
    high: 0.9 - i,
    sign: i === 0 ? "+" : "0",
  });
  const test = rows.find((_, i) => i % 10 === 8)!;
  const sealed = rows.find((_, i) => i % 10 === 9)!;
  return JSON.stringify({
    format: "modelfactory.influence/1",
    method: "damped-fisher/1",
    unit: "nats per answer token of test loss, positive = helped",
    estimate: true,
    damping: 1,
    checkpoints: [2, 4],
    interval: "bootstrap",
    contributors: world.contributors.map(({ id }, i) => group(id, i)),
    contributions: files.map(({ id }, i) => group(id, i)),
    rows: rows.map(({ id }, i) => ({ id, value: i / 100 })),
    examples: {
      helped: [{ id: rows[0]!.id, value: 0.1, test_id: test.id }],
      hurt: [{ id: rows[1]!.id, value: -0.1, test_id: sealed.id }],
    },
    reload: [],
    seconds: 2.5,
  });
}

/** An ability.json of two abilities of 40 questions: one was held, one was lost. */
export function abilityFile() {
  const compared = (before: number, after: number, verdict: string) => {
    const difference = (after - before) / 40;
    const bounds = { low: difference - 0.05, high: difference + 0.05 };
    const counts = { n: 40, before, after, fixed: 0, broken: before - after, chance: 0 };
    return { ...counts, difference, ...bounds, p_value: 0.01, verdict, items_needed: null };
  };
  const answer = (correct: boolean) => ({ text: correct ? "Oslo" : "animal", correct });
  return JSON.stringify({
    format: "modelfactory.ability/1",
    suite: { version: 1, sha256: "5a".repeat(32), licence: "WordNet", items: 80 },
    base_hash: "ba".repeat(32),
    adapter_sha256: "ad".repeat(32),
    margin: 0.1,
    alpha: 0.05,
    overall: { ...compared(60, 30, "lost"), n: 80 },
    abilities: [
      { ability: "facts", ...compared(30, 30, "held") },
      { ability: "format", ...compared(30, 0, "lost") },
    ],
    items: [
      {
        id: "facts-1",
        ability: "facts",
        prompt: "What is the capital of Norway?",
        answers: { base: answer(true), tuned: answer(true) },
      },
    ],
  });
}
