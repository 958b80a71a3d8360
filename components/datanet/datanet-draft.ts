import type { CreateDatanetInput } from "@/server/datanet/schemas";

/** What the form holds while it is typed; the goal is empty until it is chosen. */
export type DatanetDraft = {
  goal: "" | CreateDatanetInput["goal"];
  name: string;
  purpose: string;
  guidelines: string;
  licence: string;
  labels: string[];
};

export const EMPTY_DRAFT: DatanetDraft = {
  goal: "",
  name: "",
  purpose: "",
  guidelines: "",
  licence: "",
  labels: [],
};

/** Labels belong to the label goal only; typed ones are kept in the draft while the other goal is looked at. */
export const toInput = (draft: DatanetDraft) => ({
  ...draft,
  labels: draft.goal === "label" ? draft.labels : [],
});

type Issue = { path: PropertyKey[]; message: string };

/** The first sentence for each field; leading codes are for machines. */
export function fieldErrors(issues: Issue[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of issues) {
    const name = String(issue.path[0] ?? "form");
    const text =
      name === "goal" ? "Choose what the model should do" : issue.message.replace(/^[A-Z_]+: /, "");
    errors[name] ??= `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  }
  return errors;
}

/** One label a line or comma, trimmed, without empty ones and repeats, in the order they were typed. */
export function splitLabels(text: string): string[] {
  const labels = text
    .split(/[\n,]/)
    .map((label) => label.trim().normalize("NFC"))
    .filter(Boolean);
  return [...new Set(labels)];
}
