import { eq } from "drizzle-orm";
import { z } from "zod";
import { trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { readArtifact } from "@/server/runner/artifact";
import type { BlobStore } from "@/server/storage/blob-store";
import { KEPT } from "./schemas";

/** ability.json as the runner writes it: counts of right answers, rates and differences as fractions. */
const Retention = z
  .object({
    n: z.int().min(0),
    before: z.int().min(0),
    after: z.int().min(0),
    fixed: z.int().min(0),
    broken: z.int().min(0),
    chance: z.number().min(0).max(1),
    difference: z.number().min(-1).max(1),
    /** Each bound at one-sided 5 %. */
    low: z.number().min(-1).max(1),
    high: z.number().min(-1).max(1),
    p_value: z.number().min(0).max(1),
    verdict: z.enum(KEPT),
    items_needed: z.int().nullable(),
  })
  .transform(({ p_value, items_needed, ...rest }) => ({
    ...rest,
    pValue: p_value,
    itemsNeeded: items_needed,
  }));
export type Retention = z.output<typeof Retention>;

const Answer = z.object({ text: z.string(), correct: z.boolean() });
const Ability = z
  .object({
    format: z.literal("modelfactory.ability/1"),
    suite: z.object({
      version: z.int(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      licence: z.string(),
      items: z.int(),
    }),
    margin: z.number().gt(0).lt(1),
    overall: Retention,
    abilities: z.array(z.object({ ability: z.string() }).and(Retention)),
    items: z.array(
      z.object({
        id: z.string(),
        ability: z.string(),
        prompt: z.string(),
        answers: z.object({ base: Answer, tuned: Answer }),
      }),
    ),
  })
  .transform(({ abilities, ...rest }) => ({
    ...rest,
    abilities: abilities.map((found) => ({ name: found.ability, ...found })),
  }));
export type Ability = z.output<typeof Ability>;

/** Throws RUNNER_PROTOCOL when the file is not of the agreed form. */
export function parseAbility(content: Uint8Array): Ability {
  return readArtifact("ability.json", Ability, content);
}

/** A run's file with its hash; null before it was measured. */
export async function readAbility(
  { blobs }: { blobs: BlobStore },
  { run }: { run: { artifacts: Record<string, string> } },
) {
  const sha256 = run.artifacts["ability.json"];
  return sha256 ? { ...parseAbility(await blobs.get(sha256)), sha256 } : null;
}

/** General ability before and after, with the answers (the suite is public); null before it was measured. */
export async function getAbility(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  const [run] = await ctx.db
    .select({ artifacts: trainingRuns.artifacts })
    .from(trainingRuns)
    .where(eq(trainingRuns.id, runId));
  if (!run) throw notFound("training run");
  return readAbility(ctx, { run });
}
