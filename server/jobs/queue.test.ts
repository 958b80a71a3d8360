import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { holdJob, releaseAbandonedJobs } from "./hold-job";
import { enqueue, startQueue } from "./queue";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const jobs = async () =>
  (await test.pool.query("select name, data from pgboss.job order by created_on")).rows;

it("a job exists exactly when the transaction that asked for it commits", async () => {
  const gone = test.db.transaction(async (tx) => {
    await enqueue(tx, "snapshot.prepare", { snapshotId: "rolled-back" });
    throw new Error("stop");
  });
  await expect(gone).rejects.toThrow("stop");
  expect(await jobs()).toEqual([]);
  await test.db.transaction((tx) => enqueue(tx, "contribution.parse", { contributionId: "one", fence: 3 }));
  expect(await jobs()).toEqual([{ name: "contribution.parse", data: { contributionId: "one", fence: 3 } }]);
});

it("a worker gets the job with its payload", async () => {
  const boss = await startQueue(test.url);
  try {
    const got = await new Promise((resolve) => {
      void boss.work("contribution.parse", { pollingIntervalSeconds: 0.5 }, async (batch) =>
        resolve(batch[0]?.data),
      );
    });
    expect(got).toEqual({ contributionId: "one", fence: 3 });
  } finally {
    await boss.stop({ graceful: false });
  }
});

it("a job is given back when nobody holds it any more, and not before", { timeout: 60_000 }, async () => {
  const boss = await startQueue(test.url);
  try {
    await test.db.transaction((tx) => enqueue(tx, "snapshot.prepare", { snapshotId: "held" }));
    const [job] = await boss.fetch<{ snapshotId: string }>("snapshot.prepare");
    await test.pool.query("update pgboss.job set started_on = now() - interval '3 seconds' where id = $1", [
      job!.id,
    ]);
    await holdJob(test.db, job!.id, async () => {
      expect(await releaseAbandonedJobs(test.db)).toBe(0);
    });
    // As after SIGKILL: it is still "active", and its holder's connection is gone.
    expect(await releaseAbandonedJobs(test.db)).toBe(1);
    const [again] = await boss.fetch<{ snapshotId: string }>("snapshot.prepare");
    expect(again).toMatchObject({ id: job!.id, data: { snapshotId: "held" } });
  } finally {
    await boss.stop({ graceful: false });
  }
});

it("a start waits for a database that is away", async () => {
  const nowhere = test.url.replace(/:\d+\//, ":1/");
  const began = performance.now();
  await expect(startQueue(nowhere, { waitMs: 700 })).rejects.toThrow(/ECONNREFUSED/);
  expect(performance.now() - began).toBeGreaterThan(700);
});
