import { z } from "zod";
import type { Preference } from "@/db/schema/judgement.constants";
import type { BlindPreference } from "./schemas";

export type JudgeModel = { url: string; model: string; key?: string };
type Asked = { guidelines: string; prompt: string; a: string; b: string };

const TIMEOUT_MS = 60_000;
const Reply = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });

const SYSTEM =
  "You compare two answers to one request. Say which of them follows the guidelines better in content and style. " +
  "Their order means nothing. Reply with one word: A, B or TIE.";

/** One question to an OpenAI-compatible endpoint. What is no A or B counts as a tie. Throws when it does not answer. */
export async function askModel(
  judge: JudgeModel,
  { guidelines, prompt, a, b }: Asked,
): Promise<BlindPreference> {
  const content = `Guidelines:\n${guidelines}\n\nRequest:\n${prompt}\n\nAnswer A:\n${a}\n\nAnswer B:\n${b}`;
  const response = await fetch(`${judge.url.replace(/\/$/, "")}/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(judge.key ? { authorization: `Bearer ${judge.key}` } : {}),
    },
    body: JSON.stringify({
      model: judge.model,
      temperature: 0,
      max_tokens: 8,
      messages: [
        { role: "system", content: SYSTEM },
        { role: "user", content },
      ],
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the judge model answered ${response.status}`);
  const reply = Reply.safeParse(await response.json());
  if (!reply.success) throw new Error("the judge model answered in an unknown form");
  const word = /^\W*(a|b|tie)\b/i.exec(reply.data.choices[0]!.message.content)?.[1]?.toLowerCase();
  return word === "a" || word === "b" ? word : "tie";
}

/** Both orders of one pair, each as what was preferred. */
export async function askBothOrders(
  judge: JudgeModel,
  { guidelines, prompt, base, tuned }: { guidelines: string; prompt: string; base: string; tuned: string },
): Promise<{ tunedFirst: Preference; baseFirst: Preference }> {
  const [first, second] = await Promise.all([
    askModel(judge, { guidelines, prompt, a: tuned, b: base }),
    askModel(judge, { guidelines, prompt, a: base, b: tuned }),
  ]);
  const as = (said: BlindPreference, a: Preference, b: Preference) =>
    said === "tie" ? "tie" : said === "a" ? a : b;
  return { tunedFirst: as(first, "tuned", "base"), baseFirst: as(second, "base", "tuned") };
}
