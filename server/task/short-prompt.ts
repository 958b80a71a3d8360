const MOST_CHARS = 80;

/** The beginning of a question, for a notice's one line. */
export function shortPrompt(prompt: string): string {
  const line = prompt.trim().replace(/\s+/g, " ");
  return line.length <= MOST_CHARS ? line : `${[...line].slice(0, MOST_CHARS - 1).join("")}…`;
}
