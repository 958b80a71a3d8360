import { asc, eq, inArray } from "drizzle-orm";
import type { Database } from "@/db/client";
import { accounts, adapters, datanets, evaluations, trainingRuns } from "@/db/schema";
import { provenanceRoot } from "@/server/chain/hash";
import { combineLicences } from "@/server/datanet/licences";
import { notFound } from "@/server/errors";
import { batchesOf, commitmentOf, listRunSources } from "@/server/training-run/sources";

/** Everything a card, a voucher and a re-check are made from: joined along the lineage. */
export async function loadFacts(db: Database, adapterId: string) {
  const [row] = await db
    .select({
      adapter: adapters,
      run: trainingRuns,
      datanet: datanets,
      evaluation: evaluations,
      builder: accounts,
    })
    .from(adapters)
    .innerJoin(trainingRuns, eq(trainingRuns.id, adapters.runId))
    .innerJoin(datanets, eq(datanets.id, adapters.datanetId))
    .innerJoin(accounts, eq(accounts.id, adapters.builderId))
    .leftJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .where(eq(adapters.id, adapterId));
  if (!row) throw notFound("adapter");
  const sources = await listRunSources(db, row.run.id);
  const excluded = await db
    .select({ address: accounts.address })
    .from(accounts)
    .where(inArray(accounts.id, row.run.excludedContributorIds))
    .orderBy(asc(accounts.address));
  return {
    ...row,
    sources,
    /** Of the first Datanet; the others are in `sources`. */
    snapshot: sources[0]!.snapshot,
    /** What the adapter inherits from all of them, refused where they clash. */
    licence: combineLicences(sources.map(({ datanet }) => datanet)),
    excluded: excluded.map(({ address }) => address),
  };
}

export type Facts = Awaited<ReturnType<typeof loadFacts>>;

/** SHA-256 over batches, config and metrics: what the adapter was made from. `evaluationHash` is the public file's. */
export function provenanceOf(facts: Facts, evaluationHash: string): string {
  return provenanceRoot({
    batches: batchesOf(facts.sources),
    configHash: facts.run.configHash,
    metricsHash: evaluationHash,
  });
}

/** Recomputes the commitment from its revealed parts. */
export const runCommitOf = ({ run, sources }: Facts): string => commitmentOf(sources, run);
