import { comparable, hash32, wordRuns, wordsOf } from "./shingles";

/** Thirteen words in a row are what published contamination checks count (GPT-3, appendix C). */
export const RUN_WORDS = 13;
/** A run in more rows than this is an instruction that all of them carry, not a leak. */
const BOILERPLATE_LEAST_ROWS = 20;
const BOILERPLATE_SHARE = 0.05;

type Texts = { prompt: string; answer: string };

const runsOf = (row: Texts): Set<string> =>
  new Set([row.prompt, row.answer].flatMap((text) => wordRuns(wordsOf(comparable(text)), RUN_WORDS)));

/**
 * Positions in `rows` that share 13 words in a row, in prompt or answer, with a test row. `boilerplate` counts the
 * runs that were left out because more than 5 % of all rows (and over 20) hold them.
 */
export function sharedRuns(
  test: readonly Texts[],
  rows: readonly Texts[],
): { positions: Set<number>; boilerplate: number } {
  const rowsWith = new Map<string, number>();
  for (const row of test) for (const run of runsOf(row)) rowsWith.set(run, (rowsWith.get(run) ?? 0) + 1);
  if (rowsWith.size === 0) return { positions: new Set(), boilerplate: 0 };
  const hashes = new Set([...rowsWith.keys()].map(hash32));
  const hits = rows.map((row) =>
    [...runsOf(row)].filter((run) => hashes.has(hash32(run)) && rowsWith.has(run)),
  );
  for (const runs of hits) for (const run of runs) rowsWith.set(run, rowsWith.get(run)! + 1);
  const most = Math.max(BOILERPLATE_LEAST_ROWS, BOILERPLATE_SHARE * (test.length + rows.length));
  const positions = new Set<number>();
  hits.forEach((runs, i) => {
    if (runs.some((run) => rowsWith.get(run)! <= most)) positions.add(i);
  });
  return { positions, boilerplate: [...rowsWith.values()].filter((count) => count > most).length };
}
