import { canonicalJson } from "@/server/chain/hash";
import type { Sample } from "@/server/sample/catalogue";
import { readSampleRows } from "@/server/sample/folder";
import { sampleIds } from "@/server/sample/ids";
import { splitSample } from "@/server/sample/split";
import { inputLines } from "@/server/training-run/input-lines";
import type { RunData } from "./data";

/**
 * A sample's rows with the ids, the split and the order that the app's seed gives them, so that what a run makes here
 * is what the seed ships. `without` keeps one contributor's rows out of training; the test is the same.
 */
export async function readSampleData(
  sample: Sample,
  without: string | undefined,
  root: string,
): Promise<RunData> {
  const ids = sampleIds(sample.key);
  const rows = await readSampleRows(sample, root);
  const split = splitSample(sample, rows);
  const placed = rows.map((row, i) => {
    const { leaf, cluster, side, sealed } = split.rows[i]!;
    const { id, prompt, answer, system, category, contributor } = row;
    const isLeftOut = contributor === without && (side === "train" || side === "validation");
    return {
      id,
      prompt,
      answer,
      system,
      category,
      contributor: ids.account(contributor),
      contribution: ids.contribution(contributor),
      cluster,
      side: isLeftOut ? ("removed" as const) : side,
      sealed,
      leaf,
    };
  });
  placed.sort((a, b) => (a.leaf < b.leaf ? -1 : 1));
  const n = rows.length;
  return {
    rows: { uploaded: n, kept: n, repaired: 0, setAside: 0 },
    counts: {},
    problems: [],
    contributions: [...new Set(rows.map((row) => ids.contribution(row.contributor)))],
    labels: [...sample.labels],
    fields: [],
    split,
    manifest: canonicalJson(split.manifest),
    lines: inputLines(
      placed.map(({ leaf: _, ...row }) => row),
      sample.goal,
    ),
  };
}
