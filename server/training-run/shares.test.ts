import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { contributions } from "@/db/schema";
import { differentRows } from "@/server/snapshot/test-world";
import { clustersByContributor } from "./people";
import { getShares } from "./shares";
import { loadRun } from "./test-run";
import { startedRunPerTest } from "./test-run-world";

const t = startedRunPerTest(() => [differentRows(40), differentRows(40, 100)]);
const asked = () => getShares(t.world.as(t.world.builder), t.runId());
const ids = () => t.world.contributors.map(({ id }) => id);

test("a run's shares are nothing before it is scored; then the floor is certain and the rest an equal pool", async () => {
  expect(await asked()).toBeNull();
  for (const stage of ["baseline", "training", "evaluating", "ability", "scoring"]) await t.endStage(stage);
  // The test's influence file: 0.5 (0.2 to 0.9) of the first contributor, −0.5 (−0.8 to −0.1) of the second; 28 rows each.
  expect(await asked()).toMatchObject({
    method: "influence-floor/1",
    isReliable: null,
    clusters: 56,
    pool: 6000,
    people: [
      {
        id: ids()[0],
        name: "Contributor 1",
        clusters: 28,
        certain: 4000,
        pool: 3000,
        total: 7000,
        most: 10_000,
      },
      { id: ids()[1], name: "Contributor 2", clusters: 28, certain: 0, pool: 3000, total: 3000, most: 0 },
    ],
  });
});

test("a cluster counts for whoever submitted its first row", async () => {
  const run = await loadRun(t.db, t.runId());
  const [first, second] = ids();
  const counted = () => clustersByContributor(t.db, t.world.blobs, run);
  expect(Object.fromEntries(await counted())).toEqual({ [first!]: 28, [second!]: 28 });

  const files = await t.db
    .select({ id: contributions.id, contributorId: contributions.contributorId })
    .from(contributions)
    .where(eq(contributions.datanetId, t.world.datanetId));
  const fileOf = (id: string) => files.find(({ contributorId }) => contributorId === id)!.id;
  const row = (id: string, contributor: string, cluster: string) =>
    JSON.stringify({ id, contributor, contribution: fileOf(contributor), cluster });
  const lines = [
    row("a", second!, "same"),
    row("b", first!, "same"),
    row("c", first!, ""),
    row("d", first!, ""),
  ].join("\n");
  run.inputs = { ...run.inputs, train: (await t.world.blobs.put(lines)).sha256 };
  const submit = (id: string, at: string) =>
    t.db
      .update(contributions)
      .set({ submittedAt: new Date(at) })
      .where(eq(contributions.id, fileOf(id)));
  await submit(first!, "2026-01-01");
  await submit(second!, "2026-01-02");
  expect(Object.fromEntries(await counted())).toEqual({ [first!]: 3 });
  await submit(second!, "2025-12-31");
  expect(Object.fromEntries(await counted())).toEqual({ [first!]: 2, [second!]: 1 });
});
