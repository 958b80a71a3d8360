import { and, asc, eq, inArray, notExists, sql } from "drizzle-orm";
import type { z } from "zod";
import { datanets, records, snapshotRecords } from "@/db/schema";
import type { Goal } from "@/db/schema/datanet.constants";
import { env } from "@/env";
import type { Context } from "@/server/context";
import { createRunnerClient, type RenderedRow, type RunnerClient, RunnerError } from "@/server/runner/client";
import { LIMITS } from "./intake/limits";
import { type ColumnMapping, ROLES } from "./intake/mapping";
import { toRow } from "./intake/rows";
import { requireVisibleContribution } from "./policy";
import type { PreviewInput } from "./schemas";
import type { StoredInspection, StoredSample } from "./stored-inspection";

/** The base whose template the preview is rendered with; every bundled base shares it. */
const PREVIEW_BASE = "tiny";

/** What the Datanet asks of a row. */
type Asked = { goal: Goal; labels: string[]; fields: string[] };
type Texts = { prompt: string; answer: string; system: string };
export type PreviewRow = Texts & {
  rowNumber: number;
  /** Why this row would be set aside; then the texts are empty. */
  problem: string | null;
  /** The row exactly as the template will train it; null when the runner was away. */
  rendered: Pick<RenderedRow, "segments" | "tokens" | "answerTokens" | "truncated"> | null;
};
export type Preview = { rows: PreviewRow[]; isExact: boolean };

/** The file's first 20 rows under a mapping that need not be applied yet. Errors: NOT_FOUND. */
export async function previewRows(
  ctx: Context,
  input: z.output<typeof PreviewInput>,
  runner: Pick<RunnerClient, "render"> = createRunnerClient({
    url: env().RUNNER_URL,
    token: env().RUNNER_TOKEN,
  }),
): Promise<Preview> {
  const contribution = await requireVisibleContribution(ctx.db, ctx.actor, input.contributionId);
  const [datanet] = await ctx.db
    .select({ goal: datanets.goal, labels: datanets.labels, fields: datanets.fields })
    .from(datanets)
    .where(eq(datanets.id, contribution.datanetId));
  const inspection = contribution.inspection as StoredInspection | null;
  const rows =
    contribution.isMine && inspection
      ? fromSample(inspection, input.mapping ?? contribution.mapping ?? inspection.mapping, datanet!)
      : await fromRecords(ctx, contribution.id);
  return render(rows, datanet!, runner);
}

function fromSample(
  { sample, mapping: detected }: StoredInspection,
  chosen: ColumnMapping,
  asked: Asked,
): PreviewRow[] {
  const mapping: ColumnMapping = {};
  for (const role of ROLES) {
    const column = chosen[role] ?? detected[role];
    if (column) mapping[role] = column;
  }
  return sample.map((row) => fromSampleRow(row, mapping, asked));
}

function fromSampleRow(sample: StoredSample, mapping: ColumnMapping, asked: Asked): PreviewRow {
  const empty = { rowNumber: sample.rowNumber, prompt: "", answer: "", system: "", rendered: null };
  if (sample.fields === null) return { ...empty, problem: sample.problem };
  const row = toRow(sample.rowNumber, sample.rowNumber, sample.fields, { mapping, ...asked });
  if ("code" in row) return { ...empty, problem: row.message };
  return { ...empty, prompt: row.prompt, answer: row.answer, system: row.system, problem: null };
}

async function fromRecords(ctx: Context, contributionId: string): Promise<PreviewRow[]> {
  const rows = await ctx.db
    .select({
      rowNumber: records.rowNumber,
      prompt: records.prompt,
      answer: records.answer,
      system: records.system,
    })
    .from(records)
    .where(
      and(
        eq(records.contributionId, contributionId),
        inArray(records.status, ["pending", "accepted", "rejected", "sent_back"]),
        notExists(sealedIn(ctx)),
      ),
    )
    .orderBy(asc(records.rowNumber))
    .limit(LIMITS.sampleRows);
  return rows.map((row) => ({ ...row, problem: null, rendered: null }));
}

/** Any version that holds the row as a sealed test question: only totals of those are ever shown to others. */
const sealedIn = (ctx: Context) =>
  ctx.db
    .select({ one: sql`1` })
    .from(snapshotRecords)
    .where(and(eq(snapshotRecords.recordId, records.id), eq(snapshotRecords.sealed, true)));

async function render(
  rows: PreviewRow[],
  asked: Asked,
  runner: Pick<RunnerClient, "render">,
): Promise<Preview> {
  const good = rows.filter((row) => row.problem === null);
  if (good.length === 0) return { rows, isExact: true };
  try {
    const texts = good.map(({ prompt, answer, system }) => ({ prompt, answer, system }));
    const rendered = await runner.render({ base: PREVIEW_BASE, ...asked, rows: texts });
    good.forEach((row, i) => {
      const { segments, tokens, answerTokens, truncated } = rendered[i]!;
      row.rendered = { segments, tokens, answerTokens, truncated };
    });
    return { rows, isExact: true };
  } catch (error) {
    // The texts are ours and worth showing; the page says that the template was not applied.
    if (error instanceof RunnerError) return { rows, isExact: false };
    throw error;
  }
}
