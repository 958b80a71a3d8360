import { z } from "zod";
import type { DryRunReport } from "@/db/schema";
import { CHECK_VERDICTS } from "@/db/schema/training-run.constants";
import { RunnerError } from "@/server/runner/client";
import type { TrainingConfig } from "./config";
import { estimateAfterDryRun } from "./estimate";
import type { TrainingRunRow } from "./policy";
import { problemFix } from "./problems";
import type { RunDeps } from "./reconcile";
import { DRY_RUN } from "./stages";

const Wire = z.object({
  format: z.literal("modelfactory.dry-run/1"),
  passed: z.boolean(),
  checks: z
    .array(
      z.object({
        check: z.string().max(40),
        verdict: z.enum(CHECK_VERDICTS),
        code: z.string().nullable(),
        message: z.string().max(2_000),
        fix: z.string().max(2_000),
        rows: z.array(z.object({ id: z.string(), tokens: z.int(), becomes: z.string() })).max(20),
      }),
    )
    .min(1)
    .max(20),
  figures: z
    .object({
      trained_rows: z.int().positive(),
      steps: z.int().positive(),
      step_seconds: z.number().positive(),
      rows_per_step: z.int().positive(),
      training_seconds: z.number().positive(),
      scoring_reads: z.int().positive().optional(),
      peak_bytes: z.number().positive(),
    })
    .transform((f) => ({
      trainedRows: f.trained_rows,
      steps: f.steps,
      stepSeconds: f.step_seconds,
      rowsPerStep: f.rows_per_step,
      trainingSeconds: f.training_seconds,
      scoringReads: f.scoring_reads,
      peakBytes: f.peak_bytes,
    }))
    // After a failed check there are not all of them.
    .nullable()
    .catch(null),
});

/** A dry run's file as the recipe wrote it, each check with what to do about it. Throws RunnerError. */
export function parseDryRun(text: string) {
  const parsed = Wire.safeParse(parseJson(text));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".") ?? "";
    const message = `The dry run's file is not as agreed (${where}).`;
    throw new RunnerError(200, { code: "RUNNER_PROTOCOL", message, retryable: false });
  }
  const { passed, checks, figures } = parsed.data;
  return {
    isPassed: passed,
    checks: checks.map(({ fix, ...check }) => ({
      ...check,
      fix: fix || (check.verdict === "passed" || !check.code ? "" : problemFix(check.code)),
    })),
    figures,
  };
}

/** Reads a dry run's file, with the time the whole run takes. Throws RunnerError. */
export async function readDryRun(
  deps: Pick<RunDeps, "db" | "blobs">,
  run: TrainingRunRow,
  artifacts: Record<string, string>,
): Promise<DryRunReport> {
  const { isPassed, checks, figures } = parseDryRun(
    (await deps.blobs.get(artifacts[DRY_RUN]!)).toString("utf8"),
  );
  return {
    isPassed,
    checks: checks.map(({ code: _, ...check }) => check),
    figures,
    estimate:
      figures && (await estimateAfterDryRun(deps.db, run.baseId, run.config as TrainingConfig, figures)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
