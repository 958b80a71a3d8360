import { and, asc, count, desc, eq, inArray, or, sql } from "drizzle-orm";
import type { z } from "zod";
import { accounts, contributions, datanets, records, rowProblems } from "@/db/schema";
import type { Context } from "@/server/context";
import { datanetRole } from "@/server/datanet/policy";
import type { ContributionHealth } from "./health/report";
import { requireOwnContribution, requireVisibleContribution } from "./policy";
import type { ProblemsInput } from "./schemas";
import type { StoredInspection } from "./stored-inspection";

/**
 * One contribution with its sum: when it is read, kept + repaired + setAside = uploaded. The contributor also gets what the
 * file looked like (`inspection`); everybody else only what was submitted.
 */
export async function getContribution(ctx: Context, contributionId: string) {
  const row = await requireVisibleContribution(ctx.db, ctx.actor, contributionId);
  const [about] = await ctx.db
    .select({
      datanetName: datanets.name,
      goal: datanets.goal,
      labels: datanets.labels,
      fields: datanets.fields,
      datanetLicence: datanets.licence,
      contributorName: accounts.name,
      contributorAddress: accounts.address,
    })
    .from(datanets)
    .innerJoin(accounts, eq(accounts.id, row.contributorId))
    .where(eq(datanets.id, row.datanetId));
  const inspection = row.inspection as StoredInspection | null;
  return {
    id: row.id,
    datanetId: row.datanetId,
    ...about!,
    isMine: row.isMine,
    fileName: row.fileName,
    fileBytes: row.fileBytes,
    fileSha256: row.fileSha256,
    licence: row.licence,
    status: row.status,
    mapping: row.isMine ? row.mapping : null,
    inspection: row.isMine && inspection ? withoutSample(inspection) : null,
    rows: {
      uploaded: row.uploadedRows,
      kept: row.keptRows,
      repaired: row.repairedRows,
      setAside: row.setAsideRows,
      read: row.parsedRows,
    },
    repairs: row.isMine ? row.repairs : [],
    health: row.health as ContributionHealth | null,
    problem: row.problem,
    submittedAt: row.submittedAt,
    createdAt: row.createdAt,
    review: await reviewCounts(ctx, contributionId),
  };
}

/** The sample is large and belongs to the preview. */
function withoutSample({ sample: _sample, ...rest }: StoredInspection) {
  return rest;
}

async function reviewCounts(ctx: Context, contributionId: string) {
  const of = (status: "pending" | "accepted" | "rejected" | "sent_back") =>
    sql<number>`count(*) filter (where ${records.status} = ${status})::int`;
  const [counts] = await ctx.db
    .select({
      pending: of("pending"),
      accepted: of("accepted"),
      rejected: of("rejected"),
      sentBack: of("sent_back"),
    })
    .from(records)
    .where(eq(records.contributionId, contributionId));
  return counts!;
}

/** More than this would be a list nobody reads; the page then says how many there are. */
const CONTRIBUTIONS_MOST = 2_000;

/** What was submitted to a Datanet, and this person's own files in any state; the newest first. */
export async function listForDatanet(ctx: Context, datanetId: string) {
  await datanetRole(ctx.db, ctx.actor, datanetId);
  const submitted = inArray(contributions.status, ["submitted", "reviewed"]);
  const isVisible = ctx.actor
    ? or(submitted, eq(contributions.contributorId, ctx.actor.accountId))
    : submitted;
  const of = (status: "accepted" | "rejected") =>
    sql<number>`(select count(*)::int from ${records} where ${records.contributionId} = ${contributions.id} and ${records.status} = ${status})`;
  const items = await ctx.db
    .select({
      id: contributions.id,
      fileName: contributions.fileName,
      status: contributions.status,
      licence: contributions.licence,
      contributorId: contributions.contributorId,
      contributorName: accounts.name,
      contributorAddress: accounts.address,
      uploadedRows: contributions.uploadedRows,
      keptRows: contributions.keptRows,
      repairedRows: contributions.repairedRows,
      setAsideRows: contributions.setAsideRows,
      acceptedRows: of("accepted"),
      rejectedRows: of("rejected"),
      createdAt: contributions.createdAt,
      submittedAt: contributions.submittedAt,
    })
    .from(contributions)
    .innerJoin(accounts, eq(accounts.id, contributions.contributorId))
    .where(and(eq(contributions.datanetId, datanetId), isVisible))
    .orderBy(desc(contributions.createdAt), desc(contributions.id))
    .limit(CONTRIBUTIONS_MOST);
  return items.map(({ contributorId, ...item }) => ({
    ...item,
    isMine: contributorId === ctx.actor?.accountId,
  }));
}

/** The set-aside rows of one's own contribution, a page at a time, with how many there are of each code. */
export async function listProblems(ctx: Context, input: z.output<typeof ProblemsInput>) {
  await requireOwnContribution(ctx.db, ctx.actor, input.contributionId);
  const own = eq(rowProblems.contributionId, input.contributionId);
  const items = await ctx.db
    .select({
      row: rowProblems.row,
      column: rowProblems.column,
      code: rowProblems.code,
      message: rowProblems.message,
      fix: rowProblems.fix,
      raw: sql<string | null>`left(${rowProblems.raw}, 300)`,
    })
    .from(rowProblems)
    .where(and(own, input.code ? eq(rowProblems.code, input.code) : undefined))
    .orderBy(asc(rowProblems.row), asc(rowProblems.id))
    .limit(input.limit)
    .offset(input.offset);
  const byCode = await ctx.db
    .select({ code: rowProblems.code, n: count() })
    .from(rowProblems)
    .where(own)
    .groupBy(rowProblems.code)
    .orderBy(desc(count()), asc(rowProblems.code));
  const shown = byCode.filter(({ code }) => !input.code || code === input.code);
  return { items, total: shown.reduce((sum, { n }) => sum + n, 0), byCode };
}
