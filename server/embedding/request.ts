import type { Transaction } from "@/db/client";
import { enqueue } from "@/server/jobs/queue";
import { setEmbedding } from "./state";

/**
 * Asks for the embeddings of a contribution's rows, in the transaction that submits or mends them. Until they are there
 * its report says pending. Only what is missing is computed; the neighbours are looked for anew.
 */
export async function requestEmbedding(
  tx: Transaction,
  { datanetId, contributionId }: { datanetId: string; contributionId: string },
): Promise<void> {
  await setEmbedding(tx, contributionId, { state: "pending" });
  await enqueue(tx, "contribution.embed", { datanetId });
}
