import { publications } from "@/db/schema";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { checkFiles, type GoldenAnswer } from "./check-gate";
import { loadFacts } from "./facts";
import { finish, readEvaluation } from "./reconcile";

/**
 * The gate for a shipped run: the same checks, but the golden answers are those the re-loaded adapter gave on the
 * machine that made the run. Loading it here would hold up a first start and may differ in a letter on another
 * processor; Re-check on the adapter's page loads nothing either.
 */
export async function gateSample(
  deps: Pick<WorkerDeps, "db" | "blobs">,
  adapterId: string,
  publicationId: string,
  generations: { text: string }[],
): Promise<void> {
  const facts = await loadFacts(deps.db, adapterId);
  const checks = await checkFiles(facts, deps.blobs);
  const golden: GoldenAnswer[] = (await readEvaluation(deps, facts))?.golden ?? [];
  const equal = golden.filter(({ text }, i) => generations[i]?.text === text).length;
  checks.push({
    name: "Golden answers equal",
    ok: golden.length > 0 && equal === golden.length,
    detail: `${equal} of ${golden.length} answers of the re-loaded adapter were the same to the letter, on the machine that made this sample.`,
  });
  const [publication] = await deps.db
    .insert(publications)
    .values({ id: publicationId, adapterId })
    .onConflictDoNothing()
    .returning();
  if (publication) await finish(deps, publication, checks, facts);
}
