import { and, eq, inArray } from "drizzle-orm";
import type { z } from "zod";
import { accounts, trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import { appendAudit } from "@/server/audit/append";
import { AppError, notFound } from "@/server/errors";
import type { RunnerClient } from "@/server/runner/client";
import type { SignedInContext } from "@/server/trpc";
import { hypothesisOf, metricOf, taskOf, trainingConfig } from "./config";
import { buildInputs } from "./inputs";
import { insertRun, keepBenchmarks } from "./insert-run";
import { requireTrainer } from "./policy";
import { askRunner, webRunner } from "./runner";
import type { CreateTrainingRunInput } from "./schemas";
import { checkSources, loadReadableSources } from "./sources";

/** The runner trains on no fewer. */
export const LEAST_ROWS = 10;

/**
 * Fixes everything about a run before its first step: files, settings, metric and hypothesis, and the salted hash
 * over them that the builder's wallet commits on the chain. A dry run comes first; training waits for the transaction.
 * Errors: NOT_FOUND, NOT_MEMBER, those of `checkSources`, BASE_UNKNOWN, CONFIG_RANGE, TOO_FEW_LEFT, RUNNER_UNAVAILABLE.
 */
export async function createTrainingRun(
  ctx: SignedInContext,
  input: z.output<typeof CreateTrainingRunInput>,
  runner: RunnerClient = webRunner(),
): Promise<{ runId: string; runCommit: string }> {
  const sources = await loadReadableSources(ctx, input.snapshotIds);
  for (const { datanet } of sources) await requireTrainer(ctx.db, ctx.actor, datanet);
  checkSources(sources);
  const { datanet } = sources[0]!;
  const base = (await askRunner(() => runner.bases())).find((candidate) => candidate.id === input.baseId);
  if (!base) throw baseUnknown(input.baseId);
  const { device, fourBitMissing } = await askRunner(() => runner.machine());
  const { maxLength = 0, quantisation } = input.settings ?? {};
  if (maxLength > base.contextLength) throw tooLong(maxLength, base);
  if (quantisation === "4bit" && fourBitMissing) throw noFourBits(fourBitMissing);

  const parent = input.fromRunId ? await loadParent(ctx, input.fromRunId) : null;
  const excluded = await loadExcluded(ctx, input.excludedContributorIds);
  const config = {
    ...trainingConfig(base, input.preset, input.seed, taskOf(datanet), device, input.settings),
    ...(excluded.length > 0 ? { excluded_contributors: excluded.map(({ address }) => address) } : {}),
  };
  const excludedContributorIds = excluded.map(({ id }) => id);
  const built = await buildInputs(ctx.db, ctx.blobs, sources, excludedContributorIds);
  if (built.trainRows < LEAST_ROWS) throw tooFewLeft(built.trainRows);
  const metric = metricOf(datanet.goal);
  const hypothesis = hypothesisOf(datanet.goal, base.name, built.items);
  return ctx.db.transaction(async (tx) => {
    await keepBenchmarks(tx, sources, metric, built.testSha256s);
    const { runId, runCommit, configHash } = await insertRun(tx, sources, {
      builderId: ctx.actor.accountId,
      baseId: base.id,
      baseHash: base.baseHash,
      preset: input.preset,
      seed: input.seed,
      metric,
      hypothesis,
      config,
      inputs: built.inputs,
      excludedContributorIds,
      dropped: built.dropped,
      parentRunId: parent?.id ?? null,
    });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "trainingRun.create",
      subject: `trainingRun:${runId}`,
      data: { snapshotIds: input.snapshotIds, excludedContributorIds, runCommit, configHash },
    });
    return { runId, runCommit };
  });
}

/** The run whose settings were taken over. */
async function loadParent(ctx: SignedInContext, runId: string): Promise<{ id: string }> {
  await requireReadableRun(ctx, runId);
  const [run] = await ctx.db
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .where(and(eq(trainingRuns.id, runId), eq(trainingRuns.kind, "training")));
  if (!run) throw notFound("training run");
  return run;
}

/** The people left out, by address, so that the same choice gives the same settings hash. */
async function loadExcluded(ctx: SignedInContext, ids: string[]): Promise<{ id: string; address: string }[]> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const found = await ctx.db
    .select({ id: accounts.id, address: accounts.address })
    .from(accounts)
    .where(inArray(accounts.id, wanted));
  if (found.length < wanted.length) throw notFound("contributor");
  return found.sort((a, b) => (a.address < b.address ? -1 : 1));
}

export const tooFewLeft = (rows: number) =>
  new AppError(
    "UNPROCESSABLE",
    "TOO_FEW_LEFT",
    rows === 0
      ? "Without these contributors no row is left to train on."
      : `Only ${rows} rows are left to train on.`,
    `A run needs at least ${LEAST_ROWS}. Leave fewer people out, or add another Datanet.`,
  );

const tooLong = (maxLength: number, base: { name: string; contextLength: number }) =>
  new AppError(
    "UNPROCESSABLE",
    "CONFIG_RANGE",
    `${base.name} reads at most ${base.contextLength} tokens at once, not ${maxLength}.`,
    `Set the longest row to ${base.contextLength} or less, or choose another base model.`,
  );

const noFourBits = (missing: "cuda" | "bitsandbytes") =>
  new AppError(
    "UNPROCESSABLE",
    "CONFIG_RANGE",
    missing === "cuda"
      ? "A base in four bits trains on a CUDA GPU only, and this machine has none."
      : "A base in four bits needs the Python package bitsandbytes, which the training machine does not have.",
    "Keep the base as it is, or ask the operator of the training machine.",
  );

const baseUnknown = (baseId: string) =>
  new AppError(
    "NOT_FOUND",
    "BASE_UNKNOWN",
    `The training machine does not offer the base model ${baseId}.`,
    "Choose one from the list.",
  );
