"use client";
import { ErrorCallout } from "../common/error-callout";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Select } from "../ui/select";
import type { Contribution, Mapping } from "./contribution-screen";
import { useRemap } from "./use-remap";

type Role = keyof Mapping;
type RoleWords = { role: Role; label: string; hint: string; isNeeded?: boolean };

const SIDE_ROLES: RoleWords[] = [
  { role: "category", label: "Category", hint: "Results are shown by it" },
  { role: "source", label: "Source", hint: "Where the row comes from" },
];

/** A Datanet of labels or fields makes its own instruction from them, so a column of instructions has no use there. */
const WORDS: Record<Contribution["goal"], RoleWords[]> = {
  label: [
    { role: "prompt", label: "Text", hint: "What is to be sorted", isNeeded: true },
    { role: "answer", label: "Label", hint: "What is learned", isNeeded: true },
    ...SIDE_ROLES,
  ],
  answer: [
    { role: "prompt", label: "Question", hint: "What the model is asked", isNeeded: true },
    { role: "answer", label: "Answer", hint: "What is learned", isNeeded: true },
    { role: "system", label: "Instruction", hint: "Stands before the question" },
    ...SIDE_ROLES,
  ],
  fields: [
    { role: "prompt", label: "Text", hint: "What is read", isNeeded: true },
    { role: "answer", label: "Fields", hint: "A column each, or one of JSON", isNeeded: true },
    ...SIDE_ROLES,
  ],
  style: [
    { role: "prompt", label: "Request", hint: "What the model is asked", isNeeded: true },
    { role: "answer", label: "Answer", hint: "What is learned", isNeeded: true },
    { role: "system", label: "Instruction", hint: "Stands before the request" },
    ...SIDE_ROLES,
  ],
};

/** What the file is read with now: the applied columns, or what was detected where it was refused. */
export function appliedMapping({ mapping, inspection, status }: Contribution): Mapping {
  if (mapping && status !== "failed") return mapping;
  return { ...inspection?.mapping, ...mapping };
}

type MappingEditorProps = {
  contribution: Contribution;
  /** Columns chosen and not yet applied; null when they are as applied. */
  draft: Mapping | null;
  onDraft: (draft: Mapping | null) => void;
};

export function MappingEditor({ contribution, draft, onDraft }: MappingEditorProps) {
  const remap = useRemap(contribution.id);
  const applied = appliedMapping(contribution);
  const chosen = draft ?? applied;
  const isRefused = contribution.status === "failed";
  const columns = contribution.inspection?.columns ?? [];
  const words = WORDS[contribution.goal];
  const missing = words.filter(({ role, isNeeded }) => isNeeded && !chosen[role]);
  const choose = (role: Role, column: string) => {
    const next = { ...chosen, [role]: column };
    const isSame = words.every((word) => (next[word.role] ?? "") === (applied[word.role] ?? ""));
    onDraft(isSame && !isRefused ? null : next);
  };
  // Every role is stated, an empty one too: what is left out here must not be detected again.
  const complete = Object.fromEntries(words.map(({ role }) => [role, chosen[role] ?? ""])) as Mapping;
  const isAsking = isRefused || draft !== null;
  return (
    <section aria-labelledby="columns">
      <h2 id="columns" className="text-lg">
        Columns
      </h2>
      <p className="mt-0.5 text-muted">{formatSentence(contribution)}</p>
      <SheetChoice contribution={contribution} />
      <div className="mt-4 grid gap-4 sm:grid-cols-2 lg:grid-cols-[repeat(auto-fit,minmax(160px,1fr))]">
        {words.map(({ role, label, hint, isNeeded }) => (
          <Field key={role} label={label} hint={hint} isRequired={isNeeded}>
            <Select value={chosen[role] ?? ""} onChange={(event) => choose(role, event.target.value)}>
              <option value="">{isNeeded ? "Choose a column" : "Not in this file"}</option>
              {optionsFor(columns, chosen[role]).map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        ))}
      </div>
      {isAsking ? (
        <div className="mt-4 flex flex-wrap items-center gap-2">
          <Button
            variant={isRefused ? "primary" : "secondary"}
            disabled={missing.length > 0}
            isBusy={remap.isPending}
            busyLabel="Starting…"
            onClick={() => remap.mutate({ contributionId: contribution.id, mapping: complete })}
          >
            Read the file with these columns
          </Button>
          {draft ? (
            <Button variant="ghost" onClick={() => onDraft(null)}>
              Keep them as they were
            </Button>
          ) : null}
          {missing.length > 0 ? (
            <p className="text-muted">
              Still to choose: {missing.map(({ label }) => label.toLowerCase()).join(" and ")}.
            </p>
          ) : null}
        </div>
      ) : null}
      <ErrorCallout error={remap.error} className="mt-4" />
    </section>
  );
}

/** Which sheet of a workbook is read, where several hold rows. */
function SheetChoice({ contribution }: { contribution: Contribution }) {
  const remap = useRemap(contribution.id);
  const { inspection } = contribution;
  const question = inspection?.questions.find(({ role }) => role === "sheet");
  if (!inspection || !question) return null;
  const choose = (sheet: string) => remap.mutate({ contributionId: contribution.id, mapping: {}, sheet });
  return (
    <div className="mt-4 max-w-80">
      <Field label="Sheet" hint="Several sheets hold rows; one is read">
        <Select
          value={inspection.chosenSheet ?? question.options[0]}
          disabled={remap.isPending}
          onChange={(event) => choose(event.target.value)}
        >
          {question.options.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <ErrorCallout error={remap.error} className="mt-2" />
    </div>
  );
}

/** Two joined columns, or one that plays several parts, are kept as an option of their own. */
const optionsFor = (columns: string[], value: string | undefined) =>
  value && !columns.includes(value) ? [value, ...columns] : columns;

/** What has no separator to speak of. */
const FORMAT_WORDS: Partial<Record<string, string>> = {
  jsonl: "JSON Lines",
  json: "JSON",
  parquet: "Parquet",
  xlsx: "Excel",
  markdown: "Questions and answers were cut out of the document; the source says where each stood.",
  text: "Questions and answers were cut out of the text; the source says where each stood.",
  docx: "Questions and answers were cut out of the Word document; the source says where each stood.",
  pdf: "Questions and answers were cut out of the PDF; the source says where each stood.",
};

const DELIMITERS: Record<string, string> = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" };

function formatSentence({ inspection }: Contribution): string {
  if (!inspection) return "";
  const columns = `${inspection.columns.length} ${inspection.columns.length === 1 ? "column" : "columns"}`;
  if (inspection.shape === "messages") {
    return "Chats were found: the last answer of each is what is learned, the turns before it are the question.";
  }
  if (inspection.shape === "preference") {
    return "Pairs of a chosen and a rejected answer were found: the chosen one is learned, the rejected one is not used.";
  }
  const named = FORMAT_WORDS[inspection.format ?? "csv"];
  if (named) return named.endsWith(".") ? named : `${named}, ${columns}.`;
  const header = inspection.hasHeader ? "the first line names them" : "no header line, so they are numbered";
  return `${columns}, separated by ${DELIMITERS[inspection.delimiter ?? ","] ?? "a sign of its own"}; ${header}.`;
}
