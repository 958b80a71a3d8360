import { eq, inArray } from "drizzle-orm";
import { accounts, records, trainingRuns } from "@/db/schema";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { fisherLower, holm } from "./paired";
import { parseEvaluation } from "./parse";

const CLEAR = 0.05;
/** Fewer questions of one person say nothing. */
const LEAST_ITEMS = 5;

export type OwnItems = {
  id: string;
  name: string | null;
  address: string;
  /** Their own test questions: how many, and how many the adapter answers as their row says. */
  n: number;
  right: number;
  othersN: number;
  othersRight: number;
  /** One-sided exact p that they are right no less often than the others, Holm-adjusted over people. */
  pValue: number;
  isLower: boolean;
};

/**
 * How often the adapter agrees with each contributor's own test rows, beside everyone else's, lowest p first. Rows that
 * contradict what the others taught stand out here, also where the influence estimate cannot tell: that one counts a
 * careless contributor's own wrong questions as right. Totals only, so sealed questions stay sealed. Empty before the
 * run was measured.
 */
export async function listOwnItems(ctx: Context, runId: string): Promise<OwnItems[]> {
  const [run] = await ctx.db
    .select({ artifacts: trainingRuns.artifacts })
    .from(trainingRuns)
    .where(eq(trainingRuns.id, runId));
  if (!run) throw notFound("training run");
  const sha256 = run.artifacts["evaluation.json"];
  if (!sha256) return [];
  const items = parseEvaluation(await ctx.blobs.get(sha256)).items.filter(({ answers }) => answers.tuned);
  if (items.length === 0) return [];
  const rows = await ctx.db
    .select({ id: records.id, accountId: accounts.id, name: accounts.name, address: accounts.address })
    .from(records)
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .where(
      inArray(
        records.id,
        items.map(({ id }) => id),
      ),
    );
  const ownerOf = new Map(rows.map((row) => [row.id, row]));
  const people = new Map(
    rows.map(({ accountId: id, name, address }) => [id, { id, name, address, n: 0, right: 0 }]),
  );
  const all = { n: 0, right: 0 };
  for (const { id, answers } of items) {
    const person = people.get(ownerOf.get(id)?.accountId ?? "");
    if (!person) continue;
    const right = answers.tuned!.correct ? 1 : 0;
    for (const total of [person, all]) {
      total.n += 1;
      total.right += right;
    }
  }
  const given = [...people.values()].filter(({ n }) => n >= LEAST_ITEMS && n < all.n);
  const pValues = holm(
    given.map((own) => fisherLower(own, { n: all.n - own.n, right: all.right - own.right })),
  );
  return given
    .map((own, i) => ({
      ...own,
      othersN: all.n - own.n,
      othersRight: all.right - own.right,
      pValue: pValues[i]!,
      isLower: pValues[i]! < CLEAR,
    }))
    .sort((a, b) => a.pValue - b.pValue);
}
