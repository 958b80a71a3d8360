import type { Decision } from "@/db/schema/review.constants";

/** What somebody decided, as a word. */
export const DECISION_WORDS: Record<Decision, string> = {
  accept: "Accept",
  fix: "Accept as mended",
  send_back: "Send back",
  reject: "Reject",
};
