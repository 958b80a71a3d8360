import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TrainingStage } from "@/db/schema/training-run.constants";
import type { RunnerSpec } from "@/server/runner/client";
import { CHECKPOINTS, INFLUENCE } from "@/server/training-run/stages";
import type { RunnerProcess } from "./runner-process";

const FORMAT = "modelfactory.evidence/1";

export type StageEvidence = { spec: RunnerSpec; artifacts: Record<string, string> };

/**
 * Writes OUT/evidence: what each stage was told, and every file that went in or came out under its hash, so that anybody
 * can compute the figures again (`factory recompute OUT`) and divide them (`factory divide OUT`). `contributions` are in the
 * order they were brought: near-copies count for whoever was first. Of the checkpoints only those that were scored are kept.
 */
export async function keepEvidence(
  stages: Partial<Record<TrainingStage, StageEvidence>>,
  contributions: string[],
  { client }: Pick<RunnerProcess, "client">,
  out: string,
): Promise<void> {
  const hashes = new Set<string>();
  for (const { spec, artifacts } of Object.values(stages))
    for (const sha256 of [...Object.values(spec.inputs), ...Object.values(artifacts)]) hashes.add(sha256);
  const read = async (sha256: string | undefined) =>
    JSON.parse((await client.getBlob(sha256!)).toString("utf8"));
  const index: { checkpoints: { step: number; sha256: string }[] } = await read(
    stages.training?.artifacts[CHECKPOINTS],
  );
  const scored: number[] = (await read(stages.scoring?.artifacts[INFLUENCE])).checkpoints;
  for (const { step, sha256 } of index.checkpoints) if (scored.includes(step)) hashes.add(sha256);
  for (const sha256 of hashes) {
    const path = join(out, "evidence", "blobs", sha256.slice(0, 2), sha256);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await client.getBlob(sha256));
  }
  writeFileSync(
    join(out, "evidence", "evidence.json"),
    `${JSON.stringify({ format: FORMAT, contributions, stages }, null, 2)}\n`,
  );
}
