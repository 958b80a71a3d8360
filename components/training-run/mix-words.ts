import { formatCount } from "@/components/common/numbers";

type Dropped = { nearDuplicates: number; sharedRuns: number; testRepeats: number };

const rows = (n: number) => `${formatCount(n)} ${n === 1 ? "row" : "rows"}`;

/** Which rows stay out because they would meet another Datanet's test; null for a run on one Datanet. */
export function droppedSentence(dropped: Dropped | null): string | null {
  if (!dropped) return null;
  const { nearDuplicates, sharedRuns, testRepeats } = dropped;
  const parts = [
    nearDuplicates > 0
      ? `${rows(nearDuplicates)} ${nearDuplicates === 1 ? "is" : "are"} nearly the same as a question kept apart by another Datanet`
      : "",
    sharedRuns > 0
      ? `${rows(sharedRuns)} ${sharedRuns === 1 ? "shares" : "share"} 13 words in a row with one`
      : "",
    testRepeats > 0
      ? `${formatCount(testRepeats)} ${testRepeats === 1 ? "question stands" : "questions stand"} in two tests and ${testRepeats === 1 ? "counts" : "count"} once`
      : "",
  ].filter(Boolean);
  if (parts.length === 0) return "No row of one Datanet meets the test of another.";
  return `Kept apart, so that no test is trained on: ${parts.join("; ")}.`;
}

export const droppedRows = (dropped: Dropped | null): number =>
  dropped ? dropped.nearDuplicates + dropped.sharedRuns + dropped.testRepeats : 0;
