import type { z } from "zod";
import { loadAdapter, requireImporter } from "@/server/adapter/policy";
import type { MeasureInput } from "@/server/adapter/schemas";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { RunnerClient } from "@/server/runner/client";
import type { SignedInContext } from "@/server/trpc";
import { metricOf, taskOf } from "./config";
import { buildInputs } from "./inputs";
import { insertRun, keepBenchmarks } from "./insert-run";
import { requireTrainer } from "./policy";
import { askRunner, webRunner } from "./runner";
import { checkSources, loadReadableSources } from "./sources";
import { ADAPTER, ADAPTER_CONFIG } from "./stages";

/** It trains nothing, so no preset applies; the columns want one. */
const UNUSED = { preset: "quick", seed: 7 } as const;

/**
 * Asks an adapter made elsewhere the locked test of a version, beside its base: a run without a training, that ends in
 * the same verdict. Nothing is published from it, so nothing is announced on the chain before it.
 * Errors: NOT_BUILDER, MEASURED_ALREADY, NOT_MEMBER, those of checkSources, BASE_UNKNOWN, BASE_HASH, RUNNER_UNAVAILABLE.
 */
export async function startMeasureRun(
  ctx: SignedInContext,
  input: z.output<typeof MeasureInput>,
  runner: RunnerClient = webRunner(),
): Promise<{ runId: string }> {
  const adapter = await loadAdapter(ctx.db, ctx.actor, input.adapterId);
  await requireImporter(ctx.db, ctx.actor, adapter);
  const sources = await loadReadableSources(ctx, [input.snapshotId]);
  const { snapshot, datanet } = sources[0]!;
  await requireTrainer(ctx.db, ctx.actor, datanet);
  checkSources(sources);
  const base = (await askRunner(() => runner.bases())).find(({ id }) => id === adapter.baseId);
  if (base?.baseHash !== adapter.imported!.baseHash) throw baseGone(adapter.baseId);

  const { seed } = UNUSED;
  const config = {
    base: base.id,
    base_hash: base.baseHash,
    task: taskOf(datanet),
    seed,
    adapter: adapter.sha256,
  };
  const built = await buildInputs(ctx.db, ctx.blobs, sources);
  const metric = metricOf(datanet.goal);
  const hypothesis = `On the ${built.items} locked test questions the adapter “${adapter.name}”, made elsewhere, answers more of them right than ${base.name} alone (exact McNemar test, two-sided, p < 0.05).`;
  return ctx.db.transaction(async (tx) => {
    await keepBenchmarks(tx, sources, metric, built.testSha256s);
    const { runId } = await insertRun(tx, sources, {
      kind: "measure",
      status: "baseline",
      builderId: ctx.actor.accountId,
      baseId: base.id,
      baseHash: base.baseHash,
      ...UNUSED,
      metric,
      hypothesis,
      config,
      inputs: built.inputs,
      artifacts: { [ADAPTER]: adapter.sha256, [ADAPTER_CONFIG]: adapter.configSha256 },
      startedAt: new Date(),
    });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "trainingRun.measure",
      subject: `trainingRun:${runId}`,
      data: { adapterId: adapter.id, adapterSha256: adapter.sha256, snapshotId: snapshot.id },
    });
    return { runId };
  });
}

const baseGone = (baseId: string) =>
  new AppError(
    "CONFLICT",
    "BASE_HASH",
    `The base model ${baseId} is not the one any more that this adapter was checked against.`,
    "Bring the adapter in again, and choose its base from the list.",
  );
