import type { AccessRule } from "@/db/schema/datanet.constants";
import type { CreateDatanetInput } from "@/server/datanet/schemas";

/** What the form holds while it is typed; the goal is empty until it is chosen. */
export type DatanetDraft = {
  goal: "" | CreateDatanetInput["goal"];
  name: string;
  purpose: string;
  guidelines: string;
  licence: string;
  labels: string[];
  fields: string[];
  readAccess?: AccessRule;
};

export const EMPTY_DRAFT: DatanetDraft = {
  goal: "",
  name: "",
  purpose: "",
  guidelines: "",
  licence: "",
  labels: [],
  fields: [],
  readAccess: "everyone",
};

/** Labels and fields belong to one goal each; typed ones are kept in the draft while another goal is looked at. */
export const toInput = (draft: DatanetDraft) => ({
  ...draft,
  labels: draft.goal === "label" ? draft.labels : [],
  // A draft of an earlier version names none.
  fields: draft.goal === "fields" ? (draft.fields ?? []) : [],
  readAccess: draft.readAccess ?? "everyone",
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

/** One name a line or comma, trimmed, without empty ones and repeats, in the order they were typed. */
export function splitNames(text: string): string[] {
  const names = text
    .split(/[\n,]/)
    .map((name) => name.trim().normalize("NFC"))
    .filter(Boolean);
  return [...new Set(names)];
}
