import { sql } from "drizzle-orm";
import type { z } from "zod";
import { appendAudit } from "@/server/audit/append";
import { requireOwner } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { KNOWN_REVISION } from "./create";
import type { CreateKnownByHandInput } from "./schemas";

/**
 * A known-answer item written by the owner. To look like any other it stands in a random submitted file, at a row
 * number of it. Errors: NOT_OWNER (403), NO_FILE_YET (409), NOT_FOUND.
 */
export async function createKnownByHand(
  ctx: SignedInContext,
  input: z.output<typeof CreateKnownByHandInput>,
): Promise<{ recordId: string }> {
  await requireOwner(ctx.db, ctx.actor, input.datanetId);
  return ctx.db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`
      with place as (
        select r.contribution_id, r.row_number from records r join contributions c on c.id = r.contribution_id
        where r.datanet_id = ${input.datanetId} and r.revision = 1 and c.status in ('submitted', 'reviewed')
          and not exists (
            select 1 from records k
            where k.contribution_id = r.contribution_id and k.row_number = r.row_number and k.status = 'known'
          )
        order by random() limit 1
      ), made as (
        insert into records (contribution_id, datanet_id, contributor_id, row_number, revision, prompt, answer,
          row_hash, salt, status)
        select contribution_id, ${input.datanetId}, ${ctx.actor.accountId}, row_number, ${KNOWN_REVISION},
          ${input.prompt}, ${input.answer}, 'known:' || gen_random_uuid(), '', 'known'
        from place
        returning id
      ), noted as (
        insert into known_answers (record_id, datanet_id, expected, explanation, created_by_id)
        select id, ${input.datanetId}, ${input.expected}, ${input.explanation}, ${ctx.actor.accountId} from made
      )
      select id from made`);
    if (!rows[0]) throw noFileYet();
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "known.create",
      subject: `datanet:${input.datanetId}`,
      data: { byHand: 1 },
    });
    return { recordId: rows[0].id };
  });
}

const noFileYet = () =>
  new AppError(
    "CONFLICT",
    "NO_FILE_YET",
    "A known-answer item is mixed in among the rows of a file, and none was submitted yet.",
    "Wait for the first contribution.",
  );
