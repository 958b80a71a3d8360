import { eq } from "drizzle-orm";
import { datanets, snapshots } from "@/db/schema";
import { PRESETS } from "@/db/schema/training-run.constants";
import type { Context } from "@/server/context";
import { datanetRole } from "@/server/datanet/policy";
import { notFound } from "@/server/errors";
import { powerOf } from "@/server/evaluation/power";
import type { RunnerClient } from "@/server/runner/client";
import { metricOf } from "./config";
import { estimateSeconds } from "./estimate";
import { askRunner, webRunner } from "./runner";
import { DEFAULT_SEED, ownSeed } from "./schemas";

/** What can be trained on a version, how long it takes, and what its test can show. */
export async function getTrainingOptions(
  ctx: Context,
  input: { snapshotId: string },
  runner: RunnerClient = webRunner(),
) {
  const [found] = await ctx.db
    .select({ snapshot: snapshots, datanet: datanets })
    .from(snapshots)
    .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
    .where(eq(snapshots.id, input.snapshotId));
  if (!found) throw notFound("version");
  const { snapshot, datanet } = found;
  const role = await datanetRole(ctx.db, ctx.actor, datanet.id);
  const [bases, machine] = await askRunner(() => Promise.all([runner.bases(), runner.machine()]));
  const trainRows = snapshot.split?.train ?? 0;
  const testItems = snapshot.split?.test ?? 0;
  return {
    snapshot: { id: snapshot.id, number: snapshot.number, status: snapshot.status, split: snapshot.split },
    datanet: {
      id: datanet.id,
      name: datanet.name,
      goal: datanet.goal,
      contributeAccess: datanet.contributeAccess,
    },
    /** Whether this person may train on it without joining first. */
    isMember: role.isMember || datanet.isSample,
    metric: metricOf(datanet.goal),
    power: powerOf(testItems, datanet.goal === "style"),
    machine: {
      device: machine.device,
      name: machine.name,
      cores: machine.cores,
      memoryBytes: machine.memoryBytes,
      hasBf16: machine.hasBf16,
      fourBitMissing: machine.fourBitMissing,
    },
    seed: datanet.isSample && ctx.actor ? ownSeed(ctx.actor.accountId) : DEFAULT_SEED,
    bases: await Promise.all(
      bases.map(async (base) => ({
        id: base.id,
        name: base.name,
        licence: base.licence,
        parameters: base.parameters,
        contextLength: base.contextLength,
        isDefault: base.isDefault,
        unavailableReason: base.unavailableReason,
        fit: base.fit,
        /** Whether it can be trained here at all: its files are there and its memory is. */
        fits: base.isAvailable && base.fit.verdict !== "does_not_fit",
        presets: await Promise.all(
          PRESETS.map(async (preset) => ({
            preset,
            settings: base.presets[preset],
            estimate: await estimateSeconds(ctx.db, base, base.presets[preset], trainRows),
          })),
        ),
      })),
    ),
  };
}
