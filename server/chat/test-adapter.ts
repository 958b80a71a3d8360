import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Database } from "@/db/client";
import { adapters, publications, trainingRunSnapshots, trainingRuns } from "@/db/schema";
import type { World } from "@/server/snapshot/test-world";
import { evaluationFile } from "@/server/training-run/test-run";

const hex = (bytes: number) => randomBytes(bytes).toString("hex");
const SHIPPED = path.resolve("server/adapter/fixtures/tiny-labels");

/** A finished run of the world's builder on these versions, with an adapter of the tiny base as its own. */
export async function makeAdapter(
  db: Database,
  world: World,
  snapshotIds: string[],
  options: { isPublished?: boolean; datanetIds?: string[]; train?: string } = {},
): Promise<{ adapterId: string; runId: string }> {
  const shipped = JSON.parse(await readFile(path.join(SHIPPED, "run.json"), "utf8"));
  const weights = await readFile(path.join(SHIPPED, "adapter_model.safetensors"));
  const config = await world.blobs.put(await readFile(path.join(SHIPPED, "adapter_config.json")));
  const { sha256 } = await world.blobs.put(weights);
  const evaluation = await world.blobs.put(await evaluationFile(db, snapshotIds[0]!));
  const [run] = await db
    .insert(trainingRuns)
    .values({
      datanetId: world.datanetId,
      snapshotId: snapshotIds[0]!,
      builderId: world.builder.id,
      baseId: "tiny",
      baseHash: shipped.base.hash,
      preset: "quick",
      seed: 7,
      metric: "accuracy",
      hypothesis: "It gets better.",
      config: shipped.config,
      configHash: hex(32),
      commitSalt: hex(32),
      runCommit: hex(32),
      status: "succeeded",
      inputs: options.train ? { train: (await world.blobs.put(options.train)).sha256 } : {},
      artifacts: { "adapter_model.safetensors": sha256, "evaluation.json": evaluation.sha256 },
    })
    .returning();
  const runId = run!.id;
  const datanetIds = options.datanetIds ?? [world.datanetId];
  await db.insert(trainingRunSnapshots).values(
    snapshotIds.map((snapshotId, position) => ({
      runId,
      snapshotId,
      datanetId: datanetIds[position]!,
      position,
    })),
  );
  const [adapter] = await db
    .insert(adapters)
    .values({
      runId,
      datanetId: world.datanetId,
      builderId: world.builder.id,
      name: "What is described",
      baseId: "tiny",
      sha256,
      configSha256: config.sha256,
    })
    .returning();
  const adapterId = adapter!.id;
  if (options.isPublished) await db.insert(publications).values({ adapterId, status: "final" });
  return { adapterId, runId };
}
