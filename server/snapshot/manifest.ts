import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { accounts, type datanets, records, reviews } from "@/db/schema";
import type { SnapshotManifest } from "@/server/chain/hash";

type Facts = {
  chainId: number;
  registry: string;
  datanet: typeof datanets.$inferSelect & { chainDatanetId: bigint };
  batch: number;
  root: string;
  leaves: string[];
  previous: string;
};

/**
 * What validators approve and the chain's manifestHash names: the leaves, the policy they were accepted under, and
 * how much each validator decided. `accepted` and `rejected` were read; `sampled` were accepted with their file.
 */
export async function snapshotManifest(tx: Transaction, facts: Facts): Promise<SnapshotManifest> {
  const counted = (condition: ReturnType<typeof and>) =>
    sql<number>`count(*) filter (where ${condition})::int`;
  const decided = await tx
    .select({
      validator: accounts.address,
      accepted: counted(and(inArray(reviews.decision, ["accept", "fix"]), eq(reviews.basis, "read"))),
      rejected: counted(eq(reviews.decision, "reject")),
      sampled: counted(and(eq(reviews.decision, "accept"), eq(reviews.basis, "sampled"))),
    })
    .from(reviews)
    .innerJoin(records, eq(records.id, reviews.recordId))
    .innerJoin(accounts, eq(accounts.id, reviews.validatorId))
    .where(and(eq(records.datanetId, facts.datanet.id), inArray(reviews.part, ["decision", "adjudication"])))
    .groupBy(accounts.address)
    .orderBy(asc(accounts.address));
  return {
    format: "modelfactory.snapshot/1",
    chainId: facts.chainId,
    registry: facts.registry.toLowerCase(),
    datanetId: facts.datanet.chainDatanetId.toString(),
    batch: facts.batch,
    policyHash: facts.datanet.policyHash,
    root: facts.root,
    leaves: [...facts.leaves].sort(),
    reviews: decided,
    previous: facts.previous,
  };
}
