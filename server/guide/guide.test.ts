import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccount } from "@/db/factories";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import type { Context } from "@/server/context";
import { createWorld, differentRows } from "@/server/snapshot/test-world";
import { createTrainingRun } from "@/server/training-run/create";
import { freezeForTest } from "@/server/training-run/test-run";
import { MemoryRunner } from "@/server/training-run/test-runner";
import { closeGuide } from "./close";
import { markGuide } from "./mark";
import { getGuide } from "./queries";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test("the guide tells an account's real state: marks once, the own run, and whether it was put away", async () => {
  const world = await createWorld(database.db, [differentRows(30)]);
  const builder = world.as(world.builder);
  expect(await getGuide({ ...builder, actor: null } as Context)).toBeNull();
  const nothing = {
    isClosed: false,
    hasLooked: false,
    hasRead: false,
    hasChecked: false,
    run: null,
    sample: null,
  };
  expect(await getGuide(builder)).toEqual(nothing);

  await markGuide(builder, { mark: "looked" });
  await markGuide(builder, { mark: "looked" });
  expect(await getGuide(builder)).toEqual({ ...nothing, hasLooked: true });

  const snapshotId = await freezeForTest(database.db, world);
  const { runId } = await createTrainingRun(
    builder,
    { snapshotIds: [snapshotId], excludedContributorIds: [], baseId: "tiny", preset: "quick", seed: 1 },
    new MemoryRunner(),
  );
  expect(await getGuide(builder)).toMatchObject({ run: { id: runId, status: "checking", adapterId: null } });

  const other = await makeAccount(database.db);
  expect(
    await getGuide({ ...builder, actor: { accountId: other.id, address: other.address, sessionHash: "" } }),
  ).toEqual(nothing);

  await closeGuide(builder, { isClosed: true });
  expect(await getGuide(builder)).toEqual({ isClosed: true });
  await closeGuide(builder, { isClosed: false });
  expect(await getGuide(builder)).toMatchObject({ hasLooked: true, run: { id: runId } });
  await world.close();
});
