import type { Goal } from "@/db/schema/datanet.constants";
import type { ColumnMapping } from "../intake/mapping";
import type { IntakeRow } from "../intake/rows";
import { type Finding, type FindingCode, finding } from "./findings";
import { hash64, KeyTable } from "./hash64";
import { IdColumn } from "./id-column";
import { LabelCounts } from "./label-counts";
import { LanguageColumn } from "./language";
import { LengthHistogram } from "./length-histogram";
import { type FarCandidate, NearIndex, type Segment } from "./near/near-index";

/** What the presets train on (max_length of bases/registry.json); a run may raise it. Tokens. */
export const TRAINED_TOKENS = 256;

/** What the report counts and draws, as it is kept in contributions.health. */
export type HealthNumbers = {
  /** Rows and file notes by code and severity; `listed` of them are among the findings. */
  counts: { code: FindingCode; severity: string; n: number; listed: number }[];
  lengths: ReturnType<LengthHistogram["numbers"]>;
  labels: ReturnType<LabelCounts["numbers"]>;
  languages: Record<"prompt" | "answer", ReturnType<LanguageColumn["shares"]>>;
  /** Rows that resemble an earlier one of the file, and the share of rows that resemble none. */
  nearDuplicates: number;
  newInformationShare: number;
};

/** Where near-duplicates are looked for beyond the file, and what is left behind for the files to come. */
export type NearOptions = { folder?: string; segmentPath?: string; against?: Segment[] };

/** With what the Datanet adds, which only the worker sees. */
export type ContributionHealth = HealthNumbers & {
  datanet?: {
    nearDuplicates: number;
    samePrompts: number;
    /** Rows too close to the locked test; null when it was asked for too often to be told. */
    testOverlaps: number | null;
  };
};

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
  private readonly near: NearIndex | null;
  private readonly nearOptions: NearOptions | null;
  private rows = 0;
  private readonly languages = { prompt: new LanguageColumn(), answer: new LanguageColumn() };
  private readonly ids = { prompt: new IdColumn(), answer: new IdColumn() };

  /** Without a `near` the rows are not compared with each other. */
  constructor(
    options: { goal?: Goal; contextTokens: number; near: NearOptions | null },
    list: (finding: Finding) => void,
  ) {
    this.near = options.near && new NearIndex(options.near.folder);
    this.nearOptions = options.near;
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
    this.rows += 1;
    this.languages.prompt.add(row.rowNumber, row.prompt);
    if (this.goal !== "label" && this.goal !== "fields") this.languages.answer.add(row.rowNumber, row.answer);
    this.near?.add(row.rowNumber, nearText(row, this.goal), this.key[0]!);
  }

  /** `far` gets the rows of other contributions that the worker has to compare. */
  finish(mapping: ColumnMapping | null, far?: (candidate: FarCandidate) => void): HealthNumbers {
    for (const role of ["prompt", "answer"] as const) {
      const found = this.ids[role].finding(mapping?.[role] ?? role);
      if (found) this.tell(found);
    }
    if (this.goal === "label") {
      const found = this.labels.finding(mapping?.answer ?? "answer");
      if (found) this.tell(found);
    }
    for (const role of ["prompt", "answer"] as const)
      this.languages[role].strangers((row, language, majority) =>
        this.tell(languageFinding(row, mapping?.[role] ?? role, language, majority)),
      );
    const nearDuplicates = this.findNear(mapping, far);
    const counts = [...this.counts].map(([code, count]) => ({ code, ...count }));
    return {
      counts,
      lengths: this.lengths.numbers(),
      labels: this.labels.numbers(),
      languages: { prompt: this.languages.prompt.shares(), answer: this.languages.answer.shares() },
      nearDuplicates,
      newInformationShare: this.rows === 0 ? 0 : 1 - nearDuplicates / this.rows,
    };
  }

  /** The spills are let go of whatever happens. */
  close(): void {
    this.near?.close();
  }

  private findNear(mapping: ColumnMapping | null, far?: (candidate: FarCandidate) => void): number {
    let rows = 0;
    this.near?.finish({
      near: ({ row, other, likeness }) => {
        rows += 1;
        this.tell(
          nearFinding(row, mapping?.prompt ?? "prompt", `row ${other}`, {
            otherRow: other,
            likeness: rounded(likeness),
          }),
        );
      },
      far,
      segmentPath: this.nearOptions?.segmentPath,
      against: this.nearOptions?.against,
    });
    return rows;
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

/** What two rows are compared by: the question, and the answer where it is a text of its own. */
export const nearText = ({ prompt, answer }: Pick<IntakeRow, "prompt" | "answer">, goal: Goal | undefined) =>
  goal === "label" || goal === "fields" ? prompt : `${prompt}\n${answer}`;

export const rounded = (likeness: number): number => Number(likeness.toFixed(3));

export const nearFinding = (row: number, column: string, other: string, detail: Record<string, unknown>) =>
  finding(
    "NEAR_DUPLICATE",
    { row, column },
    {
      message: `Row ${row} is nearly the same as ${other}.`,
      fix: "Leave it out where it adds nothing.",
      detail,
    },
  );

const languageFinding = (row: number, column: string, language: string, majority: string) =>
  finding(
    "WRONG_LANGUAGE",
    { row, column },
    {
      message: `Row ${row} seems to be in another language (${language}) than the file (${majority}).`,
      fix: "Translate it, or leave the row out.",
      detail: { language, majority },
    },
  );
