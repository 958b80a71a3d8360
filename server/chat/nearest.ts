import { sql } from "drizzle-orm";
import type { z } from "zod";
import { mayReadRun } from "@/server/access/require";
import { isReadableDatanet } from "@/server/access/visible";
import type { Context } from "@/server/context";
import { requireRate } from "@/server/rate-limit";
import { listRunSources } from "@/server/training-run/sources";
import { requireTryable, type TriedAdapter } from "./policy";
import type { NearestRowsInput } from "./schemas";

export type NearestRow = {
  recordId: string;
  prompt: string;
  answer: string;
  /** Share of letter triples that both texts have, 0 to 1. */
  similarity: number;
  contributorName: string | null;
  contributorAddress: string;
  contributionId: string;
  datanetName: string;
};

const SHOWN = 5;
/** Below this two texts share little more than their language. */
const LEAST = 0.1;
const CANDIDATES = 50;

/**
 * The rows this adapter was trained on whose wording is nearest to a question and its answer. Only rows of the training
 * side, and of Datanets that the asker may read: a test question is never among them, sealed or not. Nearness in wording is no proof of influence.
 * Errors: NOT_FOUND, NOT_PUBLISHED (403), RATE_LIMITED (429).
 */
export async function nearestRows(
  ctx: Context,
  input: z.output<typeof NearestRowsInput>,
): Promise<{ rows: NearestRow[]; compared: number; isPrivate: boolean }> {
  const { run } = await requireTryable(ctx.db, ctx.actor, input.adapterId);
  requireRate(ctx, { name: "chat.nearest", limit: 20, windowMs: 60_000 });
  if (!run) return { rows: [], compared: 0, isPrivate: false };
  const wanted = `${input.prompt}\n${input.answer}`;
  const excluded = JSON.stringify(run.excludedContributorIds);
  const trained = sql`
    from training_run_snapshots t
    join snapshot_records s on s.snapshot_id = t.snapshot_id and s.side = 'train'
    join records r on r.id = s.record_id and r.status = 'accepted'
      and ${isReadableDatanet(ctx.actor, sql`r.datanet_id`)}
    where t.run_id = ${run.id} and not (${excluded}::jsonb ? r.contributor_id::text)`;
  const found = await ctx.db.execute<NearestRow>(sql`
    select near.*, a.name as "contributorName", a.address as "contributorAddress", d.name as "datanetName"
    from (
      select r.id as "recordId", r.prompt, r.answer, r.contribution_id as "contributionId",
        r.contributor_id, r.datanet_id, similarity(r.prompt || E'\n' || r.answer, ${wanted})::float8 as similarity
      ${trained}
      order by similarity desc, r.id limit ${CANDIDATES}
    ) near
    join accounts a on a.id = near.contributor_id
    join datanets d on d.id = near.datanet_id
    where near.similarity >= ${LEAST}
    order by near.similarity desc, near."recordId"`);
  const [total] = (await ctx.db.execute<{ n: number }>(sql`select count(*)::int as n ${trained}`)).rows;
  const isTrainedOn = await trainedOn(ctx, run);
  const rows = found.rows
    .filter(({ recordId }) => isTrainedOn(recordId))
    .slice(0, SHOWN)
    .map(({ recordId, prompt, answer, similarity, contributionId, ...of }) => ({
      recordId,
      prompt,
      answer,
      similarity,
      contributionId,
      contributorName: of.contributorName,
      contributorAddress: of.contributorAddress,
      datanetName: of.datanetName,
    }));
  return { rows, compared: total!.n, isPrivate: !(await mayReadRun(ctx, run.id)) };
}

/** Of several Datanets some rows stayed out because they met another's test: then the run's own file decides. */
async function trainedOn(
  ctx: Context,
  run: NonNullable<TriedAdapter["run"]>,
): Promise<(recordId: string) => boolean> {
  const sources = await listRunSources(ctx.db, run.id);
  const file = run.inputs.train;
  if (sources.length === 1 || !file) return () => true;
  const lines = (await ctx.blobs.get(file)).toString("utf8").split("\n").filter(Boolean);
  const ids = new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id));
  return (recordId) => ids.has(recordId);
}
