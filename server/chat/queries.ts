import type { z } from "zod";
import { mayReadRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { listEvaluationItems } from "@/server/evaluation/queries";
import { listTaskDatanets } from "@/server/task/queries";
import { listRunSources } from "@/server/training-run/sources";
import { taskOfTried } from "./model";
import { loadTried, mayTry } from "./policy";
import { CHAT_RATE, type ChatOptionsInput, MESSAGE_CHARS } from "./schemas";

const EXAMPLES = 4;

/** What the panel needs to know before the first message. Error: NOT_FOUND. */
export async function getChatOptions(ctx: Context, input: z.output<typeof ChatOptionsInput>) {
  const tried = await loadTried(ctx.db, ctx.actor, input.adapterId);
  const { adapter, run, isPublished, isBuilder } = tried;
  const isAllowed = mayTry(tried);
  const isOpen = run !== null && (await mayReadRun(ctx, run.id));
  const sources = isOpen ? await listRunSources(ctx.db, run.id) : [];
  const taking = run ? await listTaskDatanets(ctx.db, ctx.actor, run.id) : [];
  const task = taskOfTried(tried);
  return {
    isAllowed,
    isPublished,
    isBuilder,
    baseId: adapter.baseId,
    goal: task?.goal ?? ("answer" as const),
    labels: task?.labels ?? [],
    fields: task?.fields ?? [],
    perMinute: CHAT_RATE.limit,
    messageChars: MESSAGE_CHARS,
    datanets: sources.map(({ datanet: { id, name, isSample } }) => ({ id, name, isSample })),
    /** Its rows belong to a Datanet that the asker may not read: no row and no question of it is shown. */
    isPrivate: run !== null && !isOpen,
    taskDatanets: taking.map(({ id, name, labels, fields }) => ({ id, name, labels, fields })),
    examples: isAllowed && isOpen ? await exampleQuestions(ctx, run.id) : [],
  };
}

/** Questions of the test that may be shown, one of a category first: the adapter was not trained on them. */
async function exampleQuestions(ctx: Context, runId: string) {
  const page = { runId, filter: "all" as const, limit: 100, offset: 0 };
  const { items } = await listEvaluationItems(ctx, page);
  const seen = new Set<string>();
  const isFirst = ({ expected }: { expected: string[] }) => {
    const key = expected[0] ?? "";
    return !seen.has(key) && seen.add(key);
  };
  const firsts = items.filter(isFirst);
  const rest = items.filter((item) => !firsts.includes(item));
  return [...firsts, ...rest].slice(0, EXAMPLES).map(({ prompt, expected }) => ({ prompt, expected }));
}
