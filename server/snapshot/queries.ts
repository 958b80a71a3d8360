import { and, asc, count, desc, eq, inArray, sql } from "drizzle-orm";
import {
  accounts,
  chainTransactions,
  contributions,
  datanets,
  records,
  snapshotApprovals,
  snapshotRecords,
  snapshots,
  trainingRunSnapshots,
  trainingRuns,
} from "@/db/schema";
import { requireAccess, requireReadableDatanet } from "@/server/access/require";
import type { Context } from "@/server/context";
import { datanetRole } from "@/server/datanet/policy";
import { notFound } from "@/server/errors";
import { powerOf } from "@/server/evaluation/power";
import { approvalQuorum, MINIMUM_ROWS, OPEN_STATUSES } from "./policy";
import { REMOVED_SENTENCES, type RemovedReason } from "./split/split";

/** What freezing now would freeze, and what stands in the way. */
export async function getFreezePlan(ctx: Context, datanetId: string) {
  const role = await datanetRole(ctx.db, ctx.actor, datanetId);
  const [datanet] = await ctx.db
    .select({
      name: datanets.name,
      goal: datanets.goal,
      licence: datanets.licence,
      chainDatanetId: datanets.chainDatanetId,
    })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  const included = await ctx.db
    .select({
      contributionId: contributions.id,
      fileName: contributions.fileName,
      contributorName: accounts.name,
      contributorAddress: accounts.address,
      accepted: sql<number>`count(*) filter (where ${records.status} = 'accepted')::int`,
      pending: sql<number>`count(*) filter (where ${records.status} = 'pending')::int`,
      rejected: sql<number>`count(*) filter (where ${records.status} = 'rejected')::int`,
    })
    .from(contributions)
    .innerJoin(accounts, eq(accounts.id, contributions.contributorId))
    .innerJoin(records, eq(records.contributionId, contributions.id))
    .where(
      and(eq(contributions.datanetId, datanetId), inArray(contributions.status, ["submitted", "reviewed"])),
    )
    .groupBy(contributions.id, accounts.name, accounts.address)
    .orderBy(asc(contributions.createdAt));
  const versions = await listSnapshots(ctx, datanetId);
  const sum = (field: "accepted" | "pending" | "rejected") =>
    included.reduce((n, item) => n + item[field], 0);
  const open =
    versions.find((version) => (OPEN_STATUSES as readonly string[]).includes(version.status)) ?? null;
  const lastFrozen = versions.find((version) => version.status === "frozen") ?? null;
  const next = Math.max(0, ...versions.filter((v) => v.status !== "failed").map((v) => v.number)) + 1;
  return {
    datanet: { id: datanetId, name: datanet!.name, goal: datanet!.goal, licence: datanet!.licence },
    isOwner: role.isOwner,
    isOnChain: datanet!.chainDatanetId !== null,
    number: next,
    accepted: sum("accepted"),
    pending: sum("pending"),
    rejected: sum("rejected"),
    minimumRows: MINIMUM_ROWS,
    contributions: included,
    open,
    lastFrozen,
  };
}

/** Versions of a Datanet, newest first. */
export async function listSnapshots(ctx: Context, datanetId: string) {
  await requireReadableDatanet(ctx, datanetId);
  return ctx.db
    .select({
      id: snapshots.id,
      number: snapshots.number,
      status: snapshots.status,
      rows: snapshots.rows,
      split: snapshots.split,
      root: snapshots.root,
      frozenAt: snapshots.frozenAt,
      createdAt: snapshots.createdAt,
      /** Of one table drizzle writes columns without its name: inside the subquery it must stand there. */
      runs: sql<number>`(select count(*)::int from ${trainingRunSnapshots} s join ${trainingRuns} r on r.id = s.run_id and r.kind = 'training' where s.snapshot_id = "snapshots"."id")`,
    })
    .from(snapshots)
    .where(eq(snapshots.datanetId, datanetId))
    .orderBy(desc(snapshots.number));
}

/** Everything the version page shows; readable by whoever may read the Datanet. */
export async function getSnapshot(ctx: Context, snapshotId: string) {
  await requireAccess(ctx.db, ctx.actor, "datanet.read", "snapshot", snapshotId);
  const [row] = await ctx.db
    .select({ snapshot: snapshots, datanet: datanets })
    .from(snapshots)
    .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
    .where(eq(snapshots.id, snapshotId));
  if (!row) throw notFound("version");
  const { snapshot, datanet } = row;
  const role = await datanetRole(ctx.db, ctx.actor, datanet.id);
  const approvals = await ctx.db
    .select({
      accountId: accounts.id,
      name: accounts.name,
      address: accounts.address,
      at: snapshotApprovals.createdAt,
    })
    .from(snapshotApprovals)
    .innerJoin(accounts, eq(accounts.id, snapshotApprovals.validatorId))
    .where(eq(snapshotApprovals.snapshotId, snapshotId))
    .orderBy(asc(snapshotApprovals.createdAt));
  const [transaction] = await ctx.db
    .select({
      hash: chainTransactions.hash,
      status: chainTransactions.status,
      problem: chainTransactions.problem,
    })
    .from(chainTransactions)
    .where(and(eq(chainTransactions.subjectId, snapshotId), eq(chainTransactions.purpose, "snapshot.commit")))
    .orderBy(desc(chainTransactions.createdAt))
    .limit(1);
  const quorum = datanet.chainDatanetId === null ? 1 : await approvalQuorum(ctx.db, datanet.chainDatanetId);
  const testItems = snapshot.split?.test ?? 0;
  const hasExpired =
    snapshot.approvalDeadline !== null && Number(snapshot.approvalDeadline) * 1000 <= Date.now();
  const isApprovable = snapshot.status === "approval" || snapshot.status === "commit";
  return {
    id: snapshot.id,
    number: snapshot.number,
    status: snapshot.status,
    rows: snapshot.rows,
    split: snapshot.split,
    removed: Object.entries(snapshot.split?.removedBy ?? {}).map(([reason, rows]) => ({
      reason,
      rows,
      sentence: REMOVED_SENTENCES[reason as RemovedReason] ?? reason,
    })),
    root: snapshot.root,
    manifestSha256: snapshot.manifestSha256,
    splitSha256: snapshot.splitSha256,
    deadline: snapshot.approvalDeadline === null ? null : new Date(Number(snapshot.approvalDeadline) * 1000),
    hasExpired: hasExpired && snapshot.status !== "frozen",
    problem: snapshot.problem,
    frozenAt: snapshot.frozenAt,
    createdAt: snapshot.createdAt,
    datanet: {
      id: datanet.id,
      name: datanet.name,
      goal: datanet.goal,
      licence: datanet.licence,
      chainDatanetId: datanet.chainDatanetId?.toString() ?? null,
    },
    isOwner: role.isOwner,
    isMember: role.isMember,
    canApprove: role.isValidator && !role.isOwner && isApprovable && !hasExpired,
    hasApproved: approvals.some((approval) => approval.accountId === ctx.actor?.accountId),
    approvals,
    quorum,
    transaction: transaction ?? null,
    contributions: snapshot.root ? await rowsByContribution(ctx, snapshotId) : [],
    power: snapshot.split ? powerOf(testItems, datanet.goal === "style") : null,
  };
}

/** Rows of a version by file: what each contributed and where it went. */
function rowsByContribution(ctx: Context, snapshotId: string) {
  const onSide = (side: string) =>
    sql<number>`count(*) filter (where ${snapshotRecords.side} = ${side})::int`;
  return ctx.db
    .select({
      contributionId: contributions.id,
      fileName: contributions.fileName,
      contributorName: accounts.name,
      contributorAddress: accounts.address,
      rows: count(),
      train: onSide("train"),
      validation: onSide("validation"),
      test: onSide("test"),
      removed: onSide("removed"),
    })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .innerJoin(contributions, eq(contributions.id, records.contributionId))
    .innerJoin(accounts, eq(accounts.id, contributions.contributorId))
    .where(eq(snapshotRecords.snapshotId, snapshotId))
    .groupBy(contributions.id, accounts.name, accounts.address)
    .orderBy(asc(contributions.createdAt));
}
