import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
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
