import { ComputedNote } from "@/components/common/computed-note";
import { readableHypothesis } from "@/server/evaluation/words";

/** What a run set out to show, in plain words; the words that were hashed stand one press away. */
export function Hypothesis({ children }: { children: string }) {
  const readable = readableHypothesis(children);
  return (
    <>
      {readable}
      {readable === children ? null : (
        <ComputedNote summary="The exact words that were hashed">{children}</ComputedNote>
      )}
    </>
  );
}
