import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { enqueue } from "@/server/jobs/queue";
import { setEmbedding } from "./state";

/**
 * Asks for the embeddings of a contribution's rows, in the transaction that submits or mends them. Until they are there
 * its report says pending. Only what is missing is computed; the neighbours are looked for anew.
 */
export async function requestEmbedding(tx: Transaction, { datanetId, contributionId }: Of): Promise<void> {
  await setEmbedding(tx, contributionId, { state: "pending" });
  await enqueue(tx, "contribution.embed", { datanetId });
}

type Of = { datanetId: string; contributionId: string };

/** Mended rows come one after another: one job, a little later, takes them together. */
const TOGETHER_SECONDS = 20;

/** The same for a single row that was mended, where no job for its Datanet waits already. */
export async function requestEmbeddingOfRow(
  tx: Transaction,
  { datanetId, contributionId }: Of,
): Promise<void> {
  await setEmbedding(tx, contributionId, { state: "pending" });
  const { rows } = await tx.execute(sql`
    select 1 from pgboss.job where name = 'contribution.embed' and state in ('created', 'retry')
      and data ->> 'datanetId' = ${datanetId} limit 1`);
  if (rows.length === 0) await enqueue(tx, "contribution.embed", { datanetId }, TOGETHER_SECONDS);
}
