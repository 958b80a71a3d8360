import { sql } from "drizzle-orm";
import type { z } from "zod";
import { tasks } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { promptKey } from "@/server/chat/prompt-key";
import { readFields, writeFields } from "@/server/datanet/words";
import { AppError } from "@/server/errors";
import { tell } from "@/server/notice/tell";
import { requireRate } from "@/server/rate-limit";
import type { SignedInContext } from "@/server/trpc";
import { requireReporter } from "./policy";
import type { CreateTaskInput } from "./schemas";
import { shortPrompt } from "./short-prompt";

/**
 * Turns a wrong answer into work for a Datanet, and tells its owner. The wrong answer is as the reporter saw it.
 * Errors: NOT_FOUND, NOT_PUBLISHED (403), SAMPLE_TAKES_NONE and NOT_ITS_DATANET (422), SAME_ANSWER, NOT_A_LABEL and NOT_ITS_FIELDS (400), TASK_OPEN (409),
 * RATE_LIMITED (429).
 */
export async function createTask(
  ctx: SignedInContext,
  input: z.output<typeof CreateTaskInput>,
): Promise<{ taskId: string }> {
  const datanet = await requireReporter(ctx, input);
  requireRate(ctx, { name: "task.create", limit: 20, windowMs: 600_000 });
  if (promptKey(input.expected) === promptKey(input.wrongAnswer)) throw sameAnswer();
  if (datanet.goal === "label" && !datanet.labels.includes(input.expected)) throw notALabel();
  if (datanet.goal === "fields") input = { ...input, expected: asFields(input.expected, datanet.fields) };
  return ctx.db.transaction(async (tx) => {
    const [task] = await tx
      .insert(tasks)
      .values({ ...input, openedById: ctx.actor.accountId, promptSha256: promptKey(input.prompt) })
      .onConflictDoNothing({ target: [tasks.datanetId, tasks.promptSha256], where: sql`status = 'open'` })
      .returning({ id: tasks.id });
    if (!task) throw taskOpen();
    if (datanet.ownerId !== ctx.actor.accountId) {
      await tell(tx, {
        accountId: datanet.ownerId,
        kind: "task.opened",
        subjectId: task.id,
        facts: { datanet: datanet.name, datanetId: datanet.id, task: shortPrompt(input.prompt) },
      });
    }
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "task.create",
      subject: `task:${task.id}`,
      data: { datanetId: datanet.id, adapterId: input.adapterId },
    });
    return { taskId: task.id };
  });
}

const sameAnswer = () =>
  new AppError(
    "BAD_REQUEST",
    "SAME_ANSWER",
    "What it should have been is the very answer it gave.",
    "Write the right answer, or leave it if the answer was right.",
  );

/** The answer in the one form that rows of these fields have. */
function asFields(expected: string, fields: readonly string[]): string {
  const given = readFields(expected);
  const names = given?.map(([name]) => name).sort();
  if (!given || String(names) !== String([...fields].sort())) throw notItsFields(fields);
  return writeFields(fields, Object.fromEntries(given));
}

const notItsFields = (fields: readonly string[]) =>
  new AppError(
    "BAD_REQUEST",
    "NOT_ITS_FIELDS",
    "This is not one value for each of the Datanet’s fields.",
    `Fill in ${fields.join(", ")}; leave empty what the text does not say.`,
  );

const notALabel = () =>
  new AppError(
    "BAD_REQUEST",
    "NOT_A_LABEL",
    "This is not one of the Datanet’s labels.",
    "Choose a label from its list.",
  );

const taskOpen = () =>
  new AppError(
    "CONFLICT",
    "TASK_OPEN",
    "There is an open task for this question in this Datanet already.",
    "Open the Datanet’s tab “Tasks” and write examples for it.",
  );
