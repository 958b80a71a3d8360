import { type Split, splitRows } from "@/server/snapshot/split/split";
import { SAMPLE_SPLIT_KEY, type Sample } from "./catalogue";
import { sampleSplitLeaf } from "./ids";

type Row = { id: string; rowHash: string; prompt: string; answer: string; category: string; source: string };

/** The one split of a sample: fixed key, and leaves that do not depend on an installation. */
export function splitSample(sample: Pick<Sample, "goal">, rows: readonly Row[]): Split {
  return splitRows(
    rows.map(({ id, rowHash, prompt, answer, category, source }) => ({
      leaf: sampleSplitLeaf(id),
      rowHash,
      prompt,
      answer,
      category: sample.goal === "label" ? answer : category,
      source,
    })),
    { key: SAMPLE_SPLIT_KEY },
  );
}
