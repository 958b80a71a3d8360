import { formatCount } from "@/components/common/numbers";
import type { RouterOutputs } from "@/components/trpc/client";
import type { Influence } from "./influence-section";

type Estimated = { id: string; label: string; claim: Influence["contributors"][number]["claim"] };
/** How often the adapter agrees with somebody; who they are comes with the estimate. */
type Own = Omit<RouterOutputs["trainingRun"]["ownItems"][number], "name" | "address">;
export type Suspect = { id: string; label: string; reasons: string[] };

/** Whose rows may be holding a run back, the clearest first: by the estimate, or by their own test questions. */
export function findSuspects(estimated: readonly Estimated[], own: readonly Own[]): Suspect[] {
  const order = (id: string) => own.find((item) => item.id === id)?.pValue ?? 1;
  return estimated
    .map(({ id, label, claim }) => {
      const item = own.find((candidate) => candidate.id === id && candidate.isLower);
      const reasons = [
        ...(claim === "hurt"
          ? [`The estimate says that the rows of ${label} hurt: its whole interval lies below zero.`]
          : []),
        ...(item
          ? [
              `The adapter agrees with ${label} on ${formatCount(item.right)} of their ${formatCount(item.n)} own test ` +
                `questions, with everyone else on ${formatCount(item.othersRight)} of ${formatCount(item.othersN)}.`,
            ]
          : []),
      ];
      return { id, label, reasons };
    })
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => b.reasons.length - a.reasons.length || order(a.id) - order(b.id));
}
