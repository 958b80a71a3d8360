import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { appendAudit } from "@/server/audit/append";
import { requireOwner } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import type { CreateKnownInput } from "./schemas";

/**
 * Known-answer items are copies of rows under numbers of their own: a revision from here on, which no real row
 * reaches, in the file that they come from.
 */
export const KNOWN_REVISION = 10_000;

/**
 * Makes known-answer items of rows that people read and accepted, those read by more than one first: some as they
 * are, some with the answer of another row. Errors: NOT_OWNER (403), TOO_FEW_SETTLED (409), NOT_FOUND.
 */
export async function createKnown(
  ctx: SignedInContext,
  input: z.output<typeof CreateKnownInput>,
): Promise<{ right: number; wrong: number }> {
  await requireOwner(ctx.db, ctx.actor, input.datanetId);
  return ctx.db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`known:${input.datanetId}`}, 0))`);
    const settled = await settledRows(tx, input.datanetId, input.right + input.wrong);
    if (settled.length < input.right + input.wrong) throw tooFew(settled.length);
    const right = settled.slice(0, input.right).map(asItIs);
    const answers = await someAnswers(tx, input.datanetId);
    const wrong = settled.slice(input.right).map((row) => withAnotherAnswer(row, answers));
    if (wrong.includes(null)) throw tooFew(right.length);
    await insertKnown(tx, [...right, ...wrong.filter((item) => item !== null)], {
      datanetId: input.datanetId,
      createdById: ctx.actor.accountId,
    });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "known.create",
      subject: `datanet:${input.datanetId}`,
      data: { right: right.length, wrong: wrong.length },
    });
    return { right: right.length, wrong: wrong.length };
  });
}

type Source = { id: string; answer: string };
export type KnownItem = {
  sourceId: string;
  answer: string;
  expected: "accept" | "reject";
  explanation: string;
};

/** Accepted rows that somebody read, of which no item was made, none a sealed test question; the most read first. */
async function settledRows(tx: Transaction, datanetId: string, most: number): Promise<Source[]> {
  const { rows } = await tx.execute<Source>(sql`
    select r.id, r.answer from records r
    join lateral (select count(*) as n from reviews v where v.record_id = r.id and v.basis = 'read') v on v.n > 0
    where r.datanet_id = ${datanetId} and r.status = 'accepted' and r.fixed_by_id is null
      and not exists (select 1 from snapshot_records s where s.record_id = r.id and s.sealed)
      and not exists (
        select 1 from records k
        where k.contribution_id = r.contribution_id and k.row_number = r.row_number and k.status = 'known'
      )
    order by v.n desc, random() limit ${most}`);
  return rows;
}

async function someAnswers(tx: Transaction, datanetId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ answer: string }>(sql`
    select answer from (
      select distinct answer from records where datanet_id = ${datanetId} and status = 'accepted'
        and not exists (select 1 from snapshot_records s where s.record_id = records.id and s.sealed)
    ) a order by random() limit 500`);
  return rows.map(({ answer }) => answer);
}

const asItIs = ({ id, answer }: Source): KnownItem => ({
  sourceId: id,
  answer,
  expected: "accept",
  explanation: "This row was read and accepted as it stands.",
});

const sameText = (a: string, b: string) => a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();

/** Null where every answer of the Datanet is the same. */
function withAnotherAnswer({ id, answer }: Source, answers: readonly string[]): KnownItem | null {
  const others = answers.filter((other) => !sameText(other, answer));
  const other = others[Math.floor(Math.random() * others.length)];
  if (other === undefined) return null;
  const explanation = `The answer belongs to another question. The one that was accepted here: ${answer.slice(0, 500)}`;
  return { sourceId: id, answer: other, expected: "reject", explanation };
}

/** Each is a row of the file of its source, given by whom the source was given by. A category that was the label follows it. */
async function insertKnown(
  tx: Transaction,
  items: readonly KnownItem[],
  { datanetId, createdById }: { datanetId: string; createdById: string },
): Promise<void> {
  for (const { sourceId, answer, expected, explanation } of items) {
    await tx.execute(sql`
      with made as (
        insert into records (contribution_id, datanet_id, contributor_id, row_number, revision, prompt, answer,
          system, category, source, row_hash, salt, status)
        select contribution_id, datanet_id, contributor_id, row_number, ${KNOWN_REVISION}, prompt, ${answer},
          system, case when category = answer then ${answer}::text else category end, source, 'known:' || gen_random_uuid(), '', 'known'
        from records where id = ${sourceId}
        returning id
      )
      insert into known_answers (record_id, datanet_id, expected, explanation, created_by_id)
      select id, ${datanetId}, ${expected}, ${explanation}, ${createdById} from made`);
  }
}

const tooFew = (found: number) =>
  new AppError(
    "CONFLICT",
    "TOO_FEW_SETTLED",
    `Only ${found} rows that were read and accepted can become known-answer items now.`,
    "Make fewer, write some by hand, or wait until more rows are read.",
  );
