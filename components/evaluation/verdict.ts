import type { StatusTone } from "@/components/common/status-badge";

type VerdictWords = { label: string; tone: StatusTone };

const WORDS: Record<string, VerdictWords> = {
  better: { label: "Better", tone: "good" },
  worse: { label: "Worse", tone: "bad" },
  not_enough_evidence: { label: "Not enough evidence", tone: "warn" },
  not_measured: { label: "Not measured", tone: "neutral" },
};

/** One word per verdict on every screen; a run without an evaluation was not measured. */
export const verdictWords = (verdict: string | null | undefined): VerdictWords =>
  WORDS[verdict ?? "not_measured"] ?? { label: verdict ?? "Not measured", tone: "neutral" };
