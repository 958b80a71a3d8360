import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Context } from "@/server/context";
import { requireOwnContribution } from "./policy";
import type { DuplicatePairsInput } from "./schemas";

type Side = { row: number; prompt: string; answer: string };
export type DuplicatePair = {
  likeness: number;
  mine: Side;
  /** `isMine`: of the same file; else a row that somebody submitted to this Datanet. */
  other: Side & { isMine: boolean };
};

/**
 * Near-duplicates of one's own contribution side by side, the most alike first. A row that has become a sealed test
 * question meanwhile is not shown. Error: NOT_FOUND.
 */
export async function listDuplicatePairs(
  ctx: Context,
  { contributionId, limit, offset }: z.output<typeof DuplicatePairsInput>,
): Promise<{ items: DuplicatePair[]; total: number }> {
  await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const { rows } = await ctx.db.execute<{
    likeness: number;
    row: number;
    prompt: string;
    answer: string;
    other_row: number;
    other_prompt: string;
    other_answer: string;
    is_mine: boolean;
    total: number;
  }>(sql`
    select (f.detail->>'likeness')::float8 as likeness, f.row, mine.prompt, mine.answer, other.row_number as other_row,
      other.prompt as other_prompt, other.answer as other_answer, other.contribution_id = f.contribution_id as is_mine,
      count(*) over ()::int as total
    from findings f
    join records mine on mine.contribution_id = f.contribution_id and mine.row_number = f.row
      and mine.status not in ('replaced', 'known')
    join records other on other.row_number = (f.detail->>'otherRow')::int
      and other.contribution_id = coalesce((f.detail->>'contributionId')::uuid, f.contribution_id)
      and other.status not in ('replaced', 'known')
    where f.contribution_id = ${contributionId} and f.code = 'NEAR_DUPLICATE'
      and not exists (select 1 from snapshot_records s where s.record_id = other.id and s.sealed)
    order by likeness desc, f.row limit ${limit} offset ${offset}`);
  return {
    total: rows[0]?.total ?? 0,
    items: rows.map((one) => ({
      likeness: one.likeness,
      mine: { row: one.row, prompt: one.prompt, answer: one.answer },
      other: {
        row: one.other_row,
        prompt: one.other_prompt,
        answer: one.other_answer,
        isMine: one.is_mine,
      },
    })),
  };
}
