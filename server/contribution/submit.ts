import { and, countDistinct, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { contributions, datanets, findings } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { requireMember } from "@/server/datanet/policy";
import { requestEmbedding } from "@/server/embedding/request";
import { AppError } from "@/server/errors";
import { fixPlan } from "@/server/review/plan/fix-plan";
import { countReviewers } from "@/server/review/reviewers";
import type { SignedInContext } from "@/server/trpc";
import { alreadyInDatanet } from "./datanet-duplicates";
import { requireLicence } from "./licence";
import { requireOwnContribution } from "./policy";
import type { SubmitInput } from "./schemas";

/**
 * Hands the kept rows to the validators under the stated licence. Rows that somebody else submitted since the
 * file was read are set aside here, so that no row is twice in a Datanet.
 * Errors: NOT_FOUND, LICENCE_REQUIRED (400), NOT_MEMBER (403), NOT_READY, PERSONAL_DATA and
 * NOTHING_TO_SUBMIT (409).
 */
export async function submitContribution(
  ctx: SignedInContext,
  input: z.output<typeof SubmitInput>,
): Promise<{ submitted: number; setAside: number }> {
  const { contributionId } = input;
  const { datanetId } = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  await requireMember(ctx.db, ctx.actor, datanetId);
  const licence = requireLicence(input.licence);
  return ctx.db.transaction(async (tx) => {
    // Two contributions of one Datanet take turns: each sees the rows that the other submitted.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`submit:${datanetId}`}, 0))`);
    const [row] = await tx
      .select({ id: contributions.id })
      .from(contributions)
      .where(and(eq(contributions.id, contributionId), eq(contributions.status, "ready")))
      .for("no key update");
    if (!row) throw notReady();
    if (!input.isPersonalDataMeant) await requireNoPersonalData(tx, contributionId);
    const doubleShare = await doubleShareOf(tx, datanetId, ctx.actor.accountId);
    const { submitted, setAside, repaired } = await openRows(tx, { contributionId, datanetId, doubleShare });
    if (submitted === 0) throw nothingToSubmit(setAside);
    await tx
      .update(contributions)
      .set({
        status: "submitted",
        licence,
        submittedAt: sql`now()`,
        keptRows: sql`${contributions.keptRows} - ${setAside - repaired}`,
        repairedRows: sql`${contributions.repairedRows} - ${repaired}`,
        setAsideRows: sql`${contributions.setAsideRows} + ${setAside}`,
      })
      .where(eq(contributions.id, contributionId));
    await requestEmbedding(tx, { datanetId, contributionId });
    const { scrutiny } = await fixPlan(tx, contributionId, submitted);
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "contribution.submit",
      subject: `contribution:${contributionId}`,
      data: {
        datanetId,
        licence,
        rows: submitted,
        setAside,
        scrutiny,
        ...(input.isPersonalDataMeant && { isPersonalDataMeant: true }),
      },
    });
    return { submitted, setAside };
  });
}

/** Others' data is not given away by oversight. */
async function requireNoPersonalData(tx: Transaction, contributionId: string): Promise<void> {
  const [found] = await tx
    .select({ rows: countDistinct(findings.row) })
    .from(findings)
    .where(and(eq(findings.contributionId, contributionId), eq(findings.code, "PERSONAL_DATA")));
  const rows = found!.rows;
  if (rows === 0) return;
  throw new AppError(
    "CONFLICT",
    "PERSONAL_DATA",
    rows === 1 ? "A row holds personal data." : `${rows.toLocaleString("en")} rows hold personal data.`,
    "Redact it or leave those rows out, or say that it is meant to be there.",
  );
}

/** Rows a statement: a large contribution takes several, each well within the database's time limit. */
const WINDOW_ROWS = 20_000;

/** Share of rows that two people decide on; none where only one could. */
async function doubleShareOf(tx: Transaction, datanetId: string, contributorId: string): Promise<number> {
  const [datanet] = await tx
    .select({ rules: datanets.reviewRules })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  const people = await countReviewers(tx, datanetId, contributorId);
  return people < 2 ? 0 : datanet!.rules.doubleShare;
}

type Opened = { contributionId: string; datanetId: string; doubleShare: number };

async function openRows(tx: Transaction, { contributionId, datanetId, doubleShare }: Opened) {
  const { rows } = await tx.execute<{ last: number | null }>(
    sql`select max(row_number) as last from records where contribution_id = ${contributionId}`,
  );
  const last = rows[0]!.last ?? 0;
  let submitted = 0;
  let setAside = 0;
  let repaired = 0;
  for (let after = 0; after < last; after += WINDOW_ROWS) {
    const window = { contributionId, after, until: after + WINDOW_ROWS };
    const taken = await setAsideTaken(tx, datanetId, window);
    setAside += taken.n;
    repaired += taken.repaired;
    submitted += await openWindow(tx, window, doubleShare);
  }
  return { submitted, setAside, repaired };
}

type Window = { contributionId: string; after: number; until: number };

/** How many rows somebody else has submitted meanwhile, and how many of them were mended before. */
async function setAsideTaken(
  tx: Transaction,
  datanetId: string,
  window: Window,
): Promise<{ n: number; repaired: number }> {
  const { message, fix } = alreadyInDatanet();
  const { rows } = await tx.execute<{ n: number; repaired: number }>(sql`
    with taken as (
      delete from records mine
      where mine.contribution_id = ${window.contributionId}
        and mine.row_number > ${window.after} and mine.row_number <= ${window.until}
        and exists (
          select 1 from records other
          where other.datanet_id = ${datanetId} and other.row_hash = mine.row_hash and other.status <> 'draft'
        )
      returning mine.*
    ), noted as (
      insert into row_problems (contribution_id, row, code, message, fix, raw)
      select contribution_id, row_number, 'ROW_DUPLICATE', replace(${message}, '{row}', row_number::text), ${fix},
        json_build_object(
          'prompt', prompt, 'answer', answer, 'system', system, 'category', category, 'source', source)::text
      from taken
      returning row
    ), told as (
      delete from findings where contribution_id = ${window.contributionId} and row in (select row from noted)
      returning row, code
    )
    select (select count(*)::int from noted) as n,
      (select count(*)::int from told where code = 'REPAIRED') as repaired`);
  return rows[0]!;
}

async function openWindow(
  tx: Transaction,
  { contributionId, after, until }: Window,
  doubleShare: number,
): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    update records
    set status = 'pending', reviews_wanted = case when random() < ${doubleShare}::float8 then 2 else 1 end
    where contribution_id = ${contributionId} and status = 'draft'
      and row_number > ${after} and row_number <= ${until}`);
  return rowCount ?? 0;
}

const notReady = () =>
  new AppError(
    "CONFLICT",
    "NOT_READY",
    "This contribution cannot be submitted just now: it is still being read, was refused, or has been submitted.",
    "Look at its state on this page.",
  );

const nothingToSubmit = (setAside: number) =>
  new AppError(
    "CONFLICT",
    "NOTHING_TO_SUBMIT",
    setAside > 0
      ? "Every kept row is in this Datanet by now, submitted by somebody else."
      : "No row of this file was kept, so there is nothing to submit.",
    "Mend the rows that were set aside, or upload another file.",
  );
