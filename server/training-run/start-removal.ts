import { and, count, eq, inArray, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { trainingRuns } from "@/db/schema";
import { RUN_STAGES } from "@/db/schema/training-run.constants";
import { appendAudit } from "@/server/audit/append";
import { jsonHash } from "@/server/chain/hash";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { LEAST_ROWS, tooFewLeft } from "./create";
import { buildInputs } from "./inputs";
import { insertRun } from "./insert-run";
import { likeParent, requireParent } from "./parent";
import { nameContributors, rowsByContributor } from "./people";
import type { StartRemovalInput } from "./schemas";
import { ADAPTER, BASELINE_EVALUATION, BEFORE, EVALUATION } from "./stages";

/** Checks of one person that may wait or run at a time. */
export const MOST_OPEN_CHECKS = 5;

/**
 * Trains a finished run again without one contributor's rows, everything else equal, to see what the influence
 * estimate only computes. It waits behind every normal training, is measured on the same test, is not committed on
 * the chain and can never be published. Whoever may train on the run's Datanets may ask; asking twice gives the same check.
 * Errors: NOT_FOUND, NOT_MEMBER, NOT_CHECKABLE, JUDGED_BY_PEOPLE, NOT_A_CONTRIBUTOR, TEST_CHANGED, TOO_FEW_LEFT, CHECKS_WAITING.
 */
export async function startRemovalCheck(
  ctx: SignedInContext,
  input: z.output<typeof StartRemovalInput>,
): Promise<{ checkId: string }> {
  const { parent, sources } = await requireParent(ctx, input.runId);
  const { [BASELINE_EVALUATION]: baseline, [ADAPTER]: adapter } = parent.artifacts;
  if (
    parent.kind !== "training" ||
    parent.status !== "succeeded" ||
    !parent.artifacts[EVALUATION] ||
    !baseline ||
    !adapter
  )
    throw notCheckable();
  if (parent.metric === "preference") throw judgedByPeople();
  if (!(await rowsByContributor(ctx.blobs, parent)).has(input.contributorId)) throw notAContributor();

  const excludedContributorIds = [...parent.excludedContributorIds, input.contributorId];
  const built = await buildInputs(ctx.db, ctx.blobs, sources, excludedContributorIds);
  if (built.inputs.test !== parent.inputs.test) throw testChanged();
  if (built.trainRows < LEAST_ROWS) throw tooFewLeft(built.trainRows);
  const excluded = await nameContributors(ctx.db, excludedContributorIds);
  const config = { ...parent.config, excluded_contributors: excluded.map(({ address }) => address) };
  const configHash = jsonHash(config);
  return ctx.db.transaction(async (tx) => {
    await tx.select().from(trainingRuns).where(eq(trainingRuns.id, parent.id)).for("update");
    const same = await findSame(tx, parent.id, configHash);
    if (same) return { checkId: same };
    if ((await countOpen(tx, ctx.actor.accountId)) >= MOST_OPEN_CHECKS) throw checksWaiting();
    const { runId: checkId } = await insertRun(tx, sources, {
      kind: "removal",
      ...likeParent(parent),
      builderId: ctx.actor.accountId,
      config,
      inputs: { ...built.inputs, [BEFORE]: adapter },
      excludedContributorIds,
      dropped: built.dropped,
      // The base was measured on this very test already; the adapter is all that is new.
      status: "training",
      artifacts: { [BASELINE_EVALUATION]: baseline },
      startedAt: new Date(),
    });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "trainingRun.check",
      subject: `trainingRun:${checkId}`,
      data: { runId: parent.id, contributorId: input.contributorId, configHash },
    });
    return { checkId };
  });
}

/** A check of the same thing that waits, runs or is done; a failed or cancelled one may be asked for again. */
async function findSame(tx: Transaction, parentRunId: string, configHash: string): Promise<string | null> {
  const [same] = await tx
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .where(
      and(
        eq(trainingRuns.kind, "removal"),
        eq(trainingRuns.parentRunId, parentRunId),
        eq(trainingRuns.configHash, configHash),
        sql`${trainingRuns.status} not in ('failed', 'cancelled')`,
        eq(trainingRuns.isCancelRequested, false),
      ),
    );
  return same?.id ?? null;
}

async function countOpen(tx: Transaction, accountId: string): Promise<number> {
  const [open] = await tx
    .select({ n: count() })
    .from(trainingRuns)
    .where(
      and(
        eq(trainingRuns.kind, "removal"),
        eq(trainingRuns.builderId, accountId),
        inArray(trainingRuns.status, [...RUN_STAGES]),
      ),
    );
  return open!.n;
}

const notCheckable = () =>
  new AppError(
    "CONFLICT",
    "NOT_CHECKABLE",
    "Only a finished and measured training run can be checked by retraining.",
    "Wait until the run is over, or open one that finished.",
  );

const notAContributor = () =>
  new AppError(
    "UNPROCESSABLE",
    "NOT_A_CONTRIBUTOR",
    "This run was not trained on any row of this person.",
    "Choose somebody from the run’s list of contributors.",
  );

const testChanged = () =>
  new AppError(
    "CONFLICT",
    "TEST_CHANGED",
    "The test of this run can no longer be made again from its rows, so nothing could be compared.",
    "Start a new run on the newest version, and check that one.",
  );

const checksWaiting = () =>
  new AppError(
    "TOO_MANY_REQUESTS",
    "CHECKS_WAITING",
    `${MOST_OPEN_CHECKS} of your checks are waiting or running already.`,
    "Wait for one to end, or cancel one.",
  );

const judgedByPeople = () =>
  new AppError(
    "UNPROCESSABLE",
    "JUDGED_BY_PEOPLE",
    "A style has no right answers that a retraining could be counted by.",
    "Train a run without this contributor, and have its answers judged.",
  );
