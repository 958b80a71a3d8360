import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { tell, untell } from "@/server/notice/tell";
import { shortPrompt } from "./short-prompt";

/** A contribution was reviewed: its open tasks are done when a row of it was accepted, and who opened them hears of it. */
export async function markTasksDone(tx: Transaction, contributionId: string): Promise<void> {
  const { rows } = await tx.execute<{
    id: string;
    prompt: string;
    openedById: string;
    datanetId: string;
    name: string;
  }>(sql`
    update tasks t set status = 'done', done_by_id = ${contributionId}, done_at = now()
    from task_contributions c, datanets d
    where c.task_id = t.id and c.contribution_id = ${contributionId} and d.id = t.datanet_id and t.status = 'open'
      and exists (select 1 from records r where r.contribution_id = ${contributionId} and r.status = 'accepted')
    returning t.id, t.prompt, t.opened_by_id as "openedById", d.id as "datanetId", d.name`);
  for (const { id, prompt, openedById, datanetId, name } of rows) {
    await tell(tx, {
      accountId: openedById,
      kind: "task.done",
      subjectId: id,
      facts: { datanet: name, datanetId, task: shortPrompt(prompt) },
    });
  }
}

/** The review was taken back: what it closed is open again, but for a question that has another open task by now. */
export async function markTasksOpen(tx: Transaction, contributionId: string): Promise<void> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    update tasks t set status = 'open', done_by_id = null, done_at = null
    where t.done_by_id = ${contributionId} and t.status = 'done'
      and not exists (select 1 from tasks o
        where o.datanet_id = t.datanet_id and o.prompt_sha256 = t.prompt_sha256 and o.status = 'open')
    returning t.id`);
  for (const { id } of rows) await untell(tx, { kind: "task.done", subjectId: id });
}
