export type Turn = { who: "User" | "Assistant"; text: string };

/**
 * The turns of a chat that is stored, and trained, as one prompt: "User: …", a blank line, "Assistant: …". Null for a
 * prompt of one turn. The texts are those of the prompt, cut where a turn begins.
 */
export function promptTurns(prompt: string): Turn[] | null {
  const starts = [...prompt.matchAll(/(?:^|\n\n)(User|Assistant): /g)];
  if (starts.length < 2 || starts[0]!.index !== 0) return null;
  return starts.map((start, i) => ({
    who: start[1] as Turn["who"],
    text: prompt.slice(start.index + start[0].length, starts[i + 1]?.index),
  }));
}
