import type { StatusTone } from "@/components/common/status-badge";

const WORDS: Record<string, { label: string; tone: StatusTone }> = {
  checking: { label: "Checking", tone: "info" },
  blocked: { label: "Checks failed", tone: "bad" },
  ready: { label: "Ready to publish", tone: "info" },
  submitted: { label: "Submitted", tone: "info" },
  included: { label: "Included", tone: "info" },
  final: { label: "Final on the chain", tone: "good" },
};

export const publicationWords = (status: string | null | undefined) =>
  WORDS[status ?? ""] ?? { label: "Not published", tone: "neutral" as const };
