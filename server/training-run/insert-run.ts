import { randomBytes } from "node:crypto";
import type { Transaction } from "@/db/client";
import { benchmarks, trainingRuns } from "@/db/schema";
import { jsonHash } from "@/server/chain/hash";
import { commitmentOf, keepSources, type Source } from "./sources";

type Derived = "datanetId" | "snapshotId" | "configHash" | "commitSalt" | "runCommit";
type Run = Omit<typeof trainingRuns.$inferInsert, Derived>;

/** Writes a run of any kind with its salted commitment and the versions it reads; the first gives it its Datanet. */
export async function insertRun(
  tx: Transaction,
  sources: readonly Source[],
  run: Run,
): Promise<{ runId: string; runCommit: string; configHash: string }> {
  const { snapshot, datanet } = sources[0]!;
  const configHash = jsonHash(run.config);
  const commitSalt = randomBytes(32).toString("hex");
  const runCommit = commitmentOf(sources, { ...run, configHash, commitSalt });
  const [made] = await tx
    .insert(trainingRuns)
    .values({ ...run, datanetId: datanet.id, snapshotId: snapshot.id, configHash, commitSalt, runCommit })
    .returning({ id: trainingRuns.id });
  const runId = made!.id;
  await keepSources(tx, runId, sources);
  return { runId, runCommit, configHash };
}

/** The test of each version, whose openings are counted from its first run on. */
export async function keepBenchmarks(
  tx: Transaction,
  sources: readonly Source[],
  metric: typeof benchmarks.$inferInsert.metric,
  testSha256s: readonly string[],
): Promise<void> {
  await tx
    .insert(benchmarks)
    .values(
      sources.map(({ snapshot }, i) => ({
        snapshotId: snapshot.id,
        metric,
        items: snapshot.split!.test,
        testSha256: testSha256s[i]!,
      })),
    )
    .onConflictDoNothing();
}
