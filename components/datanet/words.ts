import type { Goal } from "@/db/schema/datanet.constants";
import { type Shown, shownStatus } from "../common/status-words";

export { shownStatus };

export const GOAL_WORDS: Record<
  Goal,
  {
    name: string;
    short: string;
    body: string;
    example: [string, string];
    metric: string;
    /** What a row's two sides are called. */
    asked: string;
    learned: string;
  }
> = {
  label: {
    name: "Sort into labels",
    short: "Labels",
    body: "A text goes in, one label of a fixed list comes out.",
    example: ["“The parcel never arrived.”", "delivery"],
    metric: "Measured by accuracy, and per label.",
    asked: "Text",
    learned: "Label",
  },
  answer: {
    name: "Answer questions",
    short: "Answers",
    body: "A question goes in, a short answer comes out.",
    example: ["“At how many degrees does water boil?”", "100\u00a0°C"],
    metric: "Measured by answers that match exactly.",
    asked: "Question",
    learned: "Answer",
  },
  fields: {
    name: "Extract fields",
    short: "Fields",
    body: "A text goes in, the fields you name come out, each filled or empty.",
    example: ["“ACME Ltd, 12.50 EUR, due 3 May”", "vendor ACME Ltd, total 12.50"],
    metric: "Measured by texts with every field right, and per field.",
    asked: "Text",
    learned: "Fields",
  },
  style: {
    name: "Write in our style",
    short: "Style",
    body: "A request goes in, a text in your voice comes out.",
    example: ["“Tell Ann that her parcel is late.”", "Hi Ann, bad news first…"],
    metric: "Measured by people who judge blind which of two answers is better.",
    asked: "Request",
    learned: "Answer",
  },
};

export const DATANET_STATUS: Record<string, Shown> = {
  draft: { tone: "neutral", label: "Not registered" },
  registering: { tone: "info", label: "Registering" },
  registered: { tone: "good", label: "On the chain" },
};

export const CONTRIBUTION_STATUS: Record<string, Shown> = {
  uploaded: { tone: "info", label: "Uploaded" },
  parsing: { tone: "info", label: "Being read" },
  ready: { tone: "warn", label: "Not submitted" },
  failed: { tone: "bad", label: "Refused" },
  submitted: { tone: "info", label: "In review" },
  reviewed: { tone: "good", label: "Reviewed" },
};

export const SNAPSHOT_STATUS: Record<string, Shown> = {
  preparing: { tone: "info", label: "Being prepared" },
  approval: { tone: "warn", label: "Waits for a validator" },
  commit: { tone: "warn", label: "Waits for the owner" },
  committing: { tone: "info", label: "Being sent" },
  frozen: { tone: "good", label: "Frozen" },
  failed: { tone: "bad", label: "Failed" },
};

export const RUN_STATUS: Record<string, Shown> = {
  checking: { tone: "info", label: "Being checked" },
  commit: { tone: "warn", label: "Waits for a signature" },
  baseline: { tone: "info", label: "Measuring the base" },
  training: { tone: "info", label: "Training" },
  evaluating: { tone: "info", label: "Measuring" },
  scoring: { tone: "info", label: "Scoring the data" },
  weighing: { tone: "info", label: "Comparing the loss" },
  tracing: { tone: "info", label: "Tracing the training" },
  succeeded: { tone: "good", label: "Finished" },
  failed: { tone: "bad", label: "Failed" },
  cancelled: { tone: "neutral", label: "Cancelled" },
};
