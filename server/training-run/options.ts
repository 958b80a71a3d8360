import { eq } from "drizzle-orm";
import { datanets, snapshots } from "@/db/schema";
import { PRESETS } from "@/db/schema/training-run.constants";
import type { Context } from "@/server/context";
import { datanetRole } from "@/server/datanet/policy";
import { notFound } from "@/server/errors";
import { smallestDetectable, USUAL_DISCORDANT } from "@/server/evaluation/power";
import type { RunnerBase, RunnerClient } from "@/server/runner/client";
import { metricOf } from "./config";
import { estimateSeconds } from "./estimate";
import { askRunner, webRunner } from "./runner";
import { DEFAULT_SEED } from "./schemas";

/** Weights in fp32 with activations and room for the system around them. */
const BYTES_PER_PARAMETER = 8;
const FIXED_BYTES = 1_000_000_000;

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
    datanet: { id: datanet.id, name: datanet.name, goal: datanet.goal },
    isMember: role.isMember,
    metric: metricOf(datanet.goal),
    power: { testItems, discordant: USUAL_DISCORDANT, gain: smallestDetectable(testItems) },
    machine: { device: machine.device, cores: machine.cores, memoryBytes: machine.memoryBytes },
    seed: DEFAULT_SEED,
    bases: await Promise.all(
      bases.map(async (base) => ({
        id: base.id,
        name: base.name,
        licence: base.licence,
        parameters: base.parameters,
        contextLength: base.contextLength,
        fits: fits(base, machine.memoryBytes),
        presets: await Promise.all(
          PRESETS.map(async (preset) => ({
            preset,
            settings: base.presets[preset],
            estimate: await estimateSeconds(ctx.db, base, preset, trainRows),
          })),
        ),
      })),
    ),
  };
}

const fits = (base: RunnerBase, memoryBytes: number) =>
  base.parameters * BYTES_PER_PARAMETER + FIXED_BYTES <= memoryBytes;
