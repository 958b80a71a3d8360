import type { Goal } from "@/db/schema/datanet.constants";
import type { ColumnMapping } from "../intake/mapping";
import type { IntakeRow } from "../intake/rows";
import { type Finding, type FindingCode, finding } from "./findings";
import { hash64, KeyTable } from "./hash64";
import { IdColumn } from "./id-column";
import { LabelCounts } from "./label-counts";
import { LengthHistogram } from "./length-histogram";

/** What the presets train on (max_length of bases/registry.json); a run may raise it. Tokens. */
export const TRAINED_TOKENS = 256;

/** What the report counts and draws, as it is kept in contributions.health. */
export type HealthNumbers = {
  /** Rows and file notes by code and severity; `listed` of them are among the findings. */
  counts: { code: FindingCode; severity: string; n: number; listed: number }[];
  lengths: ReturnType<LengthHistogram["numbers"]>;
  labels: ReturnType<LabelCounts["numbers"]>;
};

/** With what the Datanet adds, which only the worker sees. */
export type ContributionHealth = HealthNumbers;

/** More findings of one code than this are counted and no longer listed. */
const LISTED_MOST = 50_000;

/** The report on one file: fed with each kept row, it finds what only the whole file shows. Memory: about 60 bytes a row. */
export class HealthReport {
  private readonly list: (finding: Finding) => void;
  private readonly goal: Goal | undefined;
  private readonly counts = new Map<FindingCode, { severity: string; n: number; listed: number }>();
  private readonly prompts = new KeyTable();
  private readonly key = new Int32Array(2);
  private readonly lengths: LengthHistogram;
  private readonly labels: LabelCounts;
  private readonly ids = { prompt: new IdColumn(), answer: new IdColumn() };

  constructor(options: { goal?: Goal; contextTokens: number }, list: (finding: Finding) => void) {
    this.goal = options.goal;
    this.list = list;
    this.lengths = new LengthHistogram(options.contextTokens);
    this.labels = new LabelCounts();
  }

  add(row: IntakeRow, tokens: number, findings: readonly Finding[], mapping: ColumnMapping): void {
    for (const one of findings) this.tell(one);
    this.lengths.add(tokens);
    this.labels.add(this.goal === "label" ? row.answer : row.category);
    this.ids.prompt.add(row.prompt);
    if (this.goal !== "label") this.ids.answer.add(row.answer);
    hash64(samePrompt(row), this.key);
    const first = this.prompts.getOrAdd(this.key[0]!, this.key[1]!, row.rowNumber);
    if (first !== 0) this.tell(samePromptFinding(row.rowNumber, first, mapping));
  }

  finish(mapping: ColumnMapping | null): HealthNumbers {
    for (const role of ["prompt", "answer"] as const) {
      const found = this.ids[role].finding(mapping?.[role] ?? role);
      if (found) this.tell(found);
    }
    if (this.goal === "label") {
      const found = this.labels.finding(mapping?.answer ?? "answer");
      if (found) this.tell(found);
    }
    const counts = [...this.counts].map(([code, count]) => ({ code, ...count }));
    return { counts, lengths: this.lengths.numbers(), labels: this.labels.numbers() };
  }

  private tell(one: Finding): void {
    let count = this.counts.get(one.code);
    if (count === undefined) {
      count = { severity: one.severity, n: 0, listed: 0 };
      this.counts.set(one.code, count);
    }
    count.n += 1;
    if (count.listed >= LISTED_MOST) return;
    count.listed += 1;
    this.list(one);
  }
}

/** Under which two prompts are the same question: the system text belongs to it. */
export const samePrompt = ({ prompt, system }: Pick<IntakeRow, "prompt" | "system">) =>
  `${prompt.trim().replace(/\s+/g, " ").toLowerCase()}\u0000${system}`;

const samePromptFinding = (row: number, first: number, mapping: ColumnMapping) =>
  finding(
    "SAME_PROMPT",
    { row, column: mapping.prompt ?? "prompt" },
    {
      message: `Row ${row} asks the same as row ${first} and is answered differently.`,
      fix: "Keep both where both answers are right; else leave one out.",
      detail: { otherRow: first },
    },
  );
