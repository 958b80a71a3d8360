import { and, eq, sql } from "drizzle-orm";
import type { PublicationCheck } from "@/db/schema";
import { adapterCards, publications } from "@/db/schema";
import { AppError, toAppError } from "@/server/errors";
import { readAbility } from "@/server/evaluation/ability";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { listOpinions } from "@/server/judgement/queries";
import { byItem } from "@/server/judgement/tally";
import { RunnerError, type RunnerRun } from "@/server/runner/client";
import { buildCard } from "./card";
import { canonicalBytes, checkFiles, checkGolden, type GoldenAnswer } from "./check-gate";
import { type Facts, loadFacts } from "./facts";
import { publicEvaluation } from "./public-evaluation";
import { checkNotPublished } from "./same-file";

/** Moves every publication that is being checked one step; the golden answers are a run on the runner. */
export async function reconcilePublications(deps: WorkerDeps): Promise<void> {
  const checking = await deps.db.select().from(publications).where(eq(publications.status, "checking"));
  for (const publication of checking) {
    try {
      await checkOne(deps, publication);
    } catch (error) {
      // The runner being away is not a failed check: the row stays and is looked at again in a second.
      if (error instanceof RunnerError && error.retryable) continue;
      const problem = error instanceof RunnerError ? error : toAppError(error);
      // Neither is a database or a disk that comes back.
      if (problem instanceof AppError && ["UNAVAILABLE", "NO_SPACE"].includes(problem.kind)) continue;
      // One that cannot be checked must not keep the others waiting.
      if (problem instanceof AppError && problem.log)
        console.error(`publication ${publication.id}: ${problem.log}`);
      const detail = problem.message;
      await finish(deps, publication, [{ name: "Checks carried out", ok: false, detail }], null);
    }
  }
}

type Publication = typeof publications.$inferSelect;

async function checkOne(deps: WorkerDeps, publication: Publication): Promise<void> {
  const facts = await loadFacts(deps.db, publication.adapterId);
  const checks = [...(await checkFiles(facts, deps.blobs)), await checkNotPublished(deps.db, facts)];
  if (checks.some((check) => !check.ok)) return finish(deps, publication, checks, null);
  const evaluation = await readEvaluation(deps, facts);
  if (!evaluation) return finish(deps, publication, [...checks, notEvaluated], null);
  const golden = evaluation.golden;
  const run = await generateGolden(deps, publication, facts, golden);
  if (run.status === "queued" || run.status === "running") return;
  const last = await checkGolden(golden, run, (sha) => deps.runner.getBlob(sha));
  await finish(deps, publication, [...checks, last], facts);
}

const notEvaluated: PublicationCheck = {
  name: "Golden answers equal",
  ok: false,
  detail:
    "A cancelled run has no evaluation, so there is nothing to compare with. Train to the end to publish.",
};

type Evaluation = { items: never[]; golden: GoldenAnswer[] } & Record<string, unknown>;

export async function readEvaluation(
  deps: Pick<WorkerDeps, "blobs">,
  facts: Facts,
): Promise<Evaluation | null> {
  if (!facts.evaluation) return null;
  return JSON.parse((await deps.blobs.get(facts.evaluation.sha256)).toString("utf8")) as Evaluation;
}

/** One run per publication and fence: asking twice for the same id is asking once. */
async function generateGolden(
  deps: WorkerDeps,
  publication: Publication,
  facts: Facts,
  golden: GoldenAnswer[],
): Promise<RunnerRun> {
  const { adapter, run } = facts;
  const id = `${publication.id}-gate-${publication.fence}`;
  const known = await deps.runner.getRun(id);
  if (known) return known;
  for (const sha of [adapter.sha256, adapter.configSha256]) {
    if (!(await deps.runner.hasBlob(sha))) await deps.runner.putBlob(sha, await deps.blobs.get(sha));
  }
  return deps.runner.putRun(id, {
    recipe: "generate",
    config: {
      base: run.baseId,
      base_hash: run.baseHash,
      prompts: golden.map((answer) => ({ rendered: answer.rendered })),
      max_new_tokens: 32,
    },
    inputs: { adapter: adapter.sha256, adapter_config: adapter.configSha256 },
  });
}

/** Writes the outcome of the gate once: a worker with an older fence finds no row. */
export async function finish(
  deps: Pick<WorkerDeps, "db" | "blobs">,
  publication: Publication,
  checks: PublicationCheck[],
  facts: Facts | null,
): Promise<void> {
  const isReady = facts !== null && checks.every((check) => check.ok);
  let card: { sha256: string; value: Record<string, unknown> } | null = null;
  if (isReady) {
    const evaluation = (await readEvaluation(deps, facts))!;
    const isJudged = facts.run.metric === "preference";
    const votes = isJudged ? byItem(await listOpinions(deps.db, facts.run.id)) : undefined;
    const published = await deps.blobs.put(canonicalBytes(publicEvaluation(evaluation, votes)));
    const value = buildCard(facts, published.sha256, await readAbility(deps, facts));
    card = { sha256: (await deps.blobs.put(canonicalBytes(value))).sha256, value };
  }
  await deps.db.transaction(async (tx) => {
    const written = await tx
      .update(publications)
      .set({ status: isReady ? "ready" : "blocked", checks })
      .where(
        and(
          eq(publications.id, publication.id),
          eq(publications.fence, publication.fence),
          eq(publications.status, "checking"),
        ),
      )
      .returning();
    if (written.length === 0 || !card) return;
    await tx
      .insert(adapterCards)
      .values({ adapterId: publication.adapterId, sha256: card.sha256, card: card.value })
      .onConflictDoUpdate({
        target: adapterCards.adapterId,
        set: { sha256: card.sha256, card: card.value, createdAt: sql`now()` },
      });
  });
}
