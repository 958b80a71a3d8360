import { z } from "zod";

/** Groups of sealed questions whose spread gives the interval, each traced by itself. */
export const FOLDS = 5;
/** The runner tells so many categories apart, the largest. */
const MOST_CATEGORIES = 12;
/** The smallest spread that is honest about a machine doing other things too. */
const SPREAD = 1.4;
/** Derivatives of a base in bfloat16 are computed in float32; measured on SmolLM2 on two cores. */
const PRECISE = 1.45;

const Manifest = z.object({
  steps: z.object({ done: z.int().positive(), selected: z.int().positive() }),
  precision: z.object({ base: z.string() }),
});

/**
 * How long a trace takes, as a range in seconds. In trainings: one forwards, one once more in stretches, one for the
 * graphs, and nine tenths of one for each number (the folds, and each category where there are several).
 */
export function traceSeconds(
  manifest: Uint8Array,
  testLines: string,
  trainingSeconds: number,
): { lowSeconds: number; highSeconds: number } | null {
  const parsed = Manifest.safeParse(JSON.parse(Buffer.from(manifest).toString("utf8")));
  if (!parsed.success || trainingSeconds <= 0) return null;
  const { steps, precision } = parsed.data;
  const categories = new Set<string>();
  for (const line of testLines.split("\n")) {
    if (!line) continue;
    const { category, sealed } = JSON.parse(line) as { category?: string; sealed?: boolean };
    if (category && sealed !== false) categories.add(category);
  }
  const numbers = FOLDS + (categories.size > 1 ? Math.min(categories.size, MOST_CATEGORIES) : 0);
  const backwards = (1 + 0.9 * numbers) * (precision.base === "bfloat16" ? PRECISE : 1);
  const seconds = trainingSeconds * (steps.selected / steps.done) * (2 + backwards);
  return { lowSeconds: Math.round(seconds / SPREAD), highSeconds: Math.round(seconds * SPREAD) };
}
