import { type Shown, shownStatus } from "@/components/common/status-words";

const PUBLICATION_STATUS: Record<string, Shown> = {
  none: { label: "Not published", tone: "neutral" },
  checking: { label: "Checking", tone: "info" },
  blocked: { label: "Checks failed", tone: "bad" },
  ready: { label: "Ready to publish", tone: "info" },
  submitted: { label: "Submitted", tone: "info" },
  included: { label: "Included", tone: "info" },
  final: { label: "Final on the chain", tone: "good" },
};

/** Null before the first check. */
export const publicationWords = (status: string | null | undefined): Shown =>
  shownStatus(PUBLICATION_STATUS, status ?? "none");
