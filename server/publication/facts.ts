import { eq } from "drizzle-orm";
import type { Database } from "@/db/client";
import { accounts, adapters, datanets, evaluations, snapshots, trainingRuns } from "@/db/schema";
import { provenanceRoot, runCommitHash } from "@/server/chain/hash";
import { notFound } from "@/server/errors";

/** Everything a card, a voucher and a re-check are made from: one row, joined along the lineage. */
export async function loadFacts(db: Database, adapterId: string) {
  const [row] = await db
    .select({
      adapter: adapters,
      run: trainingRuns,
      snapshot: snapshots,
      datanet: datanets,
      evaluation: evaluations,
      builder: accounts,
    })
    .from(adapters)
    .innerJoin(trainingRuns, eq(trainingRuns.id, adapters.runId))
    .innerJoin(snapshots, eq(snapshots.id, trainingRuns.snapshotId))
    .innerJoin(datanets, eq(datanets.id, adapters.datanetId))
    .innerJoin(accounts, eq(accounts.id, adapters.builderId))
    .leftJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .where(eq(adapters.id, adapterId));
  if (!row) throw notFound("adapter");
  return row;
}

export type Facts = Awaited<ReturnType<typeof loadFacts>>;

const batches = ({ datanet, snapshot }: Facts) => [
  { datanetId: String(datanet.chainDatanetId ?? ""), batch: snapshot.number, root: snapshot.root ?? "" },
];

/** SHA-256 over batches, config and metrics: what the adapter was made from. `evaluationHash` is the public file's. */
export function provenanceOf(facts: Facts, evaluationHash: string): string {
  return provenanceRoot({
    batches: batches(facts),
    configHash: facts.run.configHash,
    metricsHash: evaluationHash,
  });
}

/** Recomputes the commitment from its revealed parts. */
export function runCommitOf(facts: Facts): string {
  const { run, snapshot } = facts;
  return runCommitHash({
    salt: run.commitSalt,
    splitHash: snapshot.splitSha256 ?? "",
    metric: run.metric,
    hypothesis: run.hypothesis,
    configHash: run.configHash,
    batches: batches(facts),
  });
}
