import type { Goal } from "@/db/schema/datanet.constants";
import type { Side } from "@/db/schema/snapshot.constants";

/** A row as the recipes read it. `contributor` and `contribution` are what influence is summed to. */
export type InputRow = {
  id: string;
  prompt: string;
  answer: string;
  system: string;
  category: string;
  contributor: string;
  contribution: string;
  cluster: string;
  /** Left out where there are no Datanets: in the shell. */
  datanet?: string;
};
type TestRow = InputRow & { sealed: boolean; answers?: string[] };

/**
 * The three sides as JSON Lines, in the order given; removed rows are on none. For goal answer a test question
 * carries every accepted answer to it, wherever those rows went. Rows of excluded contributors are neither trained
 * nor validated on; the test keeps theirs, so that it is the same file with and without them.
 */
export function inputLines(
  rows: readonly (InputRow & { side: Side; sealed: boolean })[],
  goal: Goal,
  excluded: ReadonlySet<string> = new Set(),
): { train: string; validation: string; test: string; items: number; trainRows: number } {
  const accepted = goal === "answer" ? answersByQuestion(rows) : new Map<string, string[]>();
  const sides: { train: InputRow[]; validation: InputRow[]; test: TestRow[] } = {
    train: [],
    validation: [],
    test: [],
  };
  for (const { side, sealed, ...row } of rows) {
    if (side === "test") {
      const answers = accepted.get(question(row)) ?? [];
      sides.test.push(answers.length > 1 ? { ...row, sealed, answers } : { ...row, sealed });
    } else if (side !== "removed" && !excluded.has(row.contributor)) {
      sides[side].push(row);
    }
  }
  const lines = (side: readonly InputRow[]) => side.map((line) => `${JSON.stringify(line)}\n`).join("");
  return {
    train: lines(sides.train),
    validation: lines(sides.validation),
    test: lines(sides.test),
    items: sides.test.length,
    trainRows: sides.train.length,
  };
}

const question = (row: { prompt: string; system: string }) =>
  JSON.stringify([row.system.trim(), row.prompt.trim().toLowerCase()]);

/** Every accepted answer to the same question: a question may have several right ones, wherever their rows went. */
function answersByQuestion(
  rows: readonly { prompt: string; system: string; answer: string }[],
): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  for (const row of rows) {
    const given = answers.get(question(row)) ?? [];
    if (!given.includes(row.answer)) answers.set(question(row), [...given, row.answer].sort());
  }
  return answers;
}
