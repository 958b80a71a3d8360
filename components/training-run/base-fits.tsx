import { formatBytes } from "@/components/common/numbers";
import { StatusBadge, type StatusTone } from "@/components/common/status-badge";
import type { BaseOption } from "./train-form";

type Verdict = BaseOption["fit"]["verdict"];
const BADGES: Record<Verdict | "missing", { tone: StatusTone; label: string }> = {
  fits: { tone: "good", label: "Fits" },
  tight: { tone: "warn", label: "Tight" },
  does_not_fit: { tone: "bad", label: "Does not fit" },
  missing: { tone: "neutral", label: "Not prepared" },
};

/** Whether each base can be trained on the machine the runner reports, in a word and a sentence. */
export function BaseFits({ bases }: { bases: readonly BaseOption[] }) {
  return (
    <dl aria-label="Which base fits this machine" className="grid gap-y-3 text-sm sm:gap-y-1">
      {bases.map((base) => (
        <div key={base.id} className="grid gap-x-4 sm:grid-cols-[minmax(0,220px)_120px_minmax(0,1fr)]">
          <dt className="truncate">{base.name}</dt>
          <dd>
            <StatusBadge {...BADGES[base.unavailableReason ? "missing" : base.fit.verdict]} />
          </dd>
          <dd className="text-muted">{fitSentence(base)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function fitSentence({
  unavailableReason,
  fit,
}: Pick<BaseOption, "unavailableReason" | "fit">): string {
  if (unavailableReason) return unavailableReason;
  const sizes = `${formatBytes(fit.neededBytes)} of the ${formatBytes(fit.availableBytes)} that this machine has for it`;
  if (fit.verdict === "does_not_fit")
    return `Training needs ${formatBytes(fit.neededBytes)} of memory, and this machine has ${formatBytes(fit.availableBytes)} for it.`;
  return fit.verdict === "tight"
    ? `Training needs ${sizes}: long rows or another program can end it.`
    : `Training needs ${sizes}.`;
}
