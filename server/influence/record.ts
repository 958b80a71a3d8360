import type { Transaction } from "@/db/client";
import { influenceScores } from "@/db/schema";
import type { BlobStore } from "@/server/storage/blob-store";
import { parseInfluence } from "./parse";

const CHUNK = 1000;

/** Keeps the scores of a run by Datanet, contributor, contribution and row; a second time changes nothing. */
export async function recordInfluence(
  tx: Transaction,
  blobs: BlobStore,
  runId: string,
  artifacts: Record<string, string>,
): Promise<void> {
  const influence = parseInfluence(await blobs.get(artifacts["influence.json"]!));
  const group =
    (scope: "datanet" | "contributor" | "contribution") =>
    (item: (typeof influence.contributors)[number]) => ({
      runId,
      scope,
      subjectId: item.id,
      rows: item.rows,
      value: item.value,
      low: item.low,
      high: item.high,
    });
  const scores: (typeof influenceScores.$inferInsert)[] = [
    ...influence.datanets.map(group("datanet")),
    ...influence.contributors.map(group("contributor")),
    ...influence.contributions.map(group("contribution")),
    ...influence.rows.map(({ id, value }) => ({ runId, scope: "record" as const, subjectId: id, value })),
  ];
  for (let start = 0; start < scores.length; start += CHUNK) {
    await tx
      .insert(influenceScores)
      .values(scores.slice(start, start + CHUNK))
      .onConflictDoNothing();
  }
}
