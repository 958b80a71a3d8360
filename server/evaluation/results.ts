import canonicalize from "canonicalize";
import { eq } from "drizzle-orm";
import { datanets, trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { publicEvaluation } from "@/server/publication/public-evaluation";
import { readAbility } from "./ability";
import { type PublicItem, toHarness } from "./harness";
import { parseEvaluation } from "./parse";

export const RESULT_FILES = [
  "evaluation.json",
  "ability.json",
  "harness-base.json",
  "harness-tuned.json",
] as const;

/**
 * A run's results as a file for everyone: of sealed questions only whether each arm was right. Errors: NOT_FOUND for an
 * unknown run or name, and before it was measured.
 */
export async function readResults(ctx: Context, input: { runId: string; name: string }): Promise<string> {
  await requireReadableRun(ctx, input.runId);
  const [row] = await ctx.db
    .select({ run: trainingRuns, datanet: datanets.name })
    .from(trainingRuns)
    .innerJoin(datanets, eq(datanets.id, trainingRuns.datanetId))
    .where(eq(trainingRuns.id, input.runId));
  if (!row) throw notFound("training run");
  const { run } = row;
  const ability = await readAbility(ctx, { run });
  if (input.name === "ability.json" && ability) return (await ctx.blobs.get(ability.sha256)).toString("utf8");
  const sha256 = run.artifacts["evaluation.json"];
  if (!sha256 || !(RESULT_FILES as readonly string[]).includes(input.name) || input.name === "ability.json")
    throw notFound("file");
  const content = await ctx.blobs.get(sha256);
  const open = publicEvaluation(JSON.parse(content.toString("utf8")));
  if (input.name === "evaluation.json") return canonicalize(open)!;
  const arm = input.name === "harness-base.json" ? "base" : "tuned";
  return canonicalize(
    toHarness({
      arm,
      model: arm === "base" ? run.baseId : `adapter:${run.artifacts["adapter_model.safetensors"]}`,
      baseId: run.baseId,
      task: taskName(row.datanet),
      items: open.items as unknown as PublicItem[],
      ability,
      testSha256: parseEvaluation(content).testSha256,
      seed: run.seed,
      finishedAt: run.finishedAt,
    }),
  )!;
}

/** A Datanet's name as a task is called: letters, digits and underscores. */
const taskName = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "") || "datanet";
