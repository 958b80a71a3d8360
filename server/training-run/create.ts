import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import { benchmarks, datanets, snapshots, trainingRuns } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { jsonHash, runCommitHash } from "@/server/chain/hash";
import { requireMember } from "@/server/datanet/policy";
import { AppError, notFound } from "@/server/errors";
import type { RunnerClient } from "@/server/runner/client";
import type { SignedInContext } from "@/server/trpc";
import { hypothesisOf, metricOf, taskOf, trainingConfig } from "./config";
import { buildInputs } from "./inputs";
import { askRunner, webRunner } from "./runner";
import type { CreateTrainingRunInput } from "./schemas";

/**
 * Fixes everything about a run before its first step: files, settings, metric and hypothesis, and the salted hash
 * over them that the builder's wallet commits on the chain. Training waits for that transaction.
 * Errors: NOT_MEMBER, VERSION_NOT_FROZEN, BASE_UNKNOWN, SPLIT_TOO_SMALL, RUNNER_UNAVAILABLE.
 */
export async function createTrainingRun(
  ctx: SignedInContext,
  input: z.output<typeof CreateTrainingRunInput>,
  runner: RunnerClient = webRunner(),
): Promise<{ runId: string; runCommit: string }> {
  const [found] = await ctx.db
    .select({ snapshot: snapshots, datanet: datanets })
    .from(snapshots)
    .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
    .where(eq(snapshots.id, input.snapshotId));
  if (!found) throw notFound("version");
  const { snapshot, datanet } = found;
  await requireMember(ctx.db, ctx.actor, datanet.id);
  if (snapshot.status !== "frozen") throw notFrozen(snapshot.number);
  if (!snapshot.split?.train || !snapshot.split.test) throw splitTooSmall(snapshot.number);
  const base = (await askRunner(() => runner.bases())).find((candidate) => candidate.id === input.baseId);
  if (!base) throw baseUnknown(input.baseId);

  const config = trainingConfig(base, input.preset, input.seed, taskOf(datanet));
  const configHash = jsonHash(config);
  const { inputs, items } = await buildInputs(ctx.db, ctx.blobs, snapshot.id, datanet.goal);
  const metric = metricOf(datanet.goal);
  const hypothesis = hypothesisOf(datanet.goal, base.name, items);
  const commitSalt = randomBytes(32).toString("hex");
  const runCommit = runCommitHash({
    salt: commitSalt,
    splitHash: snapshot.splitSha256!,
    metric,
    hypothesis,
    configHash,
    batches: [{ datanetId: String(datanet.chainDatanetId), batch: snapshot.number, root: snapshot.root! }],
  });
  return ctx.db.transaction(async (tx) => {
    await tx
      .insert(benchmarks)
      .values({ snapshotId: snapshot.id, metric, items, testSha256: inputs.test })
      .onConflictDoNothing();
    const [run] = await tx
      .insert(trainingRuns)
      .values({
        datanetId: datanet.id,
        snapshotId: snapshot.id,
        builderId: ctx.actor.accountId,
        baseId: base.id,
        baseHash: base.baseHash,
        preset: input.preset,
        seed: input.seed,
        metric,
        hypothesis,
        config,
        configHash,
        commitSalt,
        runCommit,
        inputs,
      })
      .returning({ id: trainingRuns.id });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "trainingRun.create",
      subject: `trainingRun:${run!.id}`,
      data: { snapshotId: snapshot.id, runCommit, configHash },
    });
    return { runId: run!.id, runCommit };
  });
}

const notFrozen = (number: number) =>
  new AppError(
    "CONFLICT",
    "VERSION_NOT_FROZEN",
    `Version ${number} is not frozen on the chain yet.`,
    "Open the version's page: it says what it waits for.",
  );

const splitTooSmall = (number: number) =>
  new AppError(
    "UNPROCESSABLE",
    "SPLIT_TOO_SMALL",
    `Version ${number} has no rows to train on or no test questions left after its split.`,
    "Add rows that differ from each other, then freeze the next version.",
  );

const baseUnknown = (baseId: string) =>
  new AppError(
    "NOT_FOUND",
    "BASE_UNKNOWN",
    `The training machine does not offer the base model ${baseId}.`,
    "Choose one from the list.",
  );
