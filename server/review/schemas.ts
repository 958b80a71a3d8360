import { z } from "zod";
import { DECISIONS, REJECT_REASONS } from "@/db/schema/review.constants";

/** How long a validator may take back their last decision, or the last selection that they decided at once. */
export const UNDO_WINDOW_MS = 10_000;
/** Rows that may be decided at once. */
export const MANY_MOST = 500;
export const NOTE_CHARS = 500;
/** UTF-16 units of one text of a mended row; the intake's limit for a cell is checked in bytes besides. */
const TEXT_CHARS = 65_536;
const DAY_MS = 86_400_000;

const datanetId = z.uuid("This is not a Datanet id");
const recordId = z.uuid("This is not a row id");
const note = z.string().trim().max(NOTE_CHARS, `Keep the note under ${NOTE_CHARS} characters`);
const text = z.string().max(TEXT_CHARS, `Keep each text under ${TEXT_CHARS} characters`);

/** The texts of a row as somebody mended them. */
export const RowTextsInput = z.strictObject({
  prompt: text,
  answer: text,
  system: text.default(""),
  category: text.default(""),
  source: text.default(""),
});
export type RowTextsInput = z.input<typeof RowTextsInput>;
export const ROW_FIELDS = ["prompt", "answer", "system", "category", "source"] as const;

/** A note on a part of a text; `start` and `end` count UTF-16 units. */
export const SpanNoteInput = z
  .strictObject({
    field: z.enum(ROW_FIELDS),
    start: z.int().min(0).max(TEXT_CHARS),
    end: z.int().min(1).max(TEXT_CHARS),
    note: note.min(1, "Write what you note"),
  })
  .refine(({ start, end }) => start < end, {
    path: ["end"],
    message: "A noted part has at least one letter",
  });
const spans = z.array(SpanNoteInput).max(20, "At most 20 notes on one row");

export const QueueInput = z.strictObject({ datanetId });

/** triage: rows that wait for a decision. adjudication: rows on which two people disagreed. */
export const QUEUE_MODES = ["triage", "adjudication"] as const;
export type QueueMode = (typeof QUEUE_MODES)[number];

export const ClaimNextInput = z.strictObject({
  datanetId,
  mode: z.enum(QUEUE_MODES).default("triage"),
  /** The row that the validator passes over: it goes back to the others and comes last for them. */
  skipRecordId: recordId.optional(),
  /** The row on the screen: give the one that comes after it, to have it at hand. */
  besideRecordId: recordId.optional(),
  /** This very row, if it waits and nobody holds it. */
  wantedRecordId: recordId.optional(),
});

const REASON_MESSAGE = "A rejection needs a reason, an acceptance has none";
const needsReason = (decision: (typeof DECISIONS)[number]) =>
  decision === "reject" || decision === "send_back";

export const DecideInput = z
  .strictObject({
    recordId,
    decision: z.enum(DECISIONS),
    reason: z.enum(REJECT_REASONS).optional(),
    note: note.optional(),
    spans: spans.default([]),
    /** The row as it should be: with `fix` only. */
    texts: RowTextsInput.optional(),
    /** The version of the guidelines that stood beside the row. */
    guidelinesNumber: z.int().min(1).max(1_000_000).optional(),
    /** From the row on the screen to the decision. */
    tookMs: z.int().min(0).max(DAY_MS).optional(),
    /** The row was shown with every hidden character written out. */
    isHiddenSeen: z.boolean().default(false),
  })
  .refine((input) => needsReason(input.decision) === (input.reason !== undefined), {
    path: ["reason"],
    message: REASON_MESSAGE,
  })
  .refine((input) => (input.decision === "fix") === (input.texts !== undefined), {
    path: ["texts"],
    message: "A fix gives the mended row, another decision does not",
  });
export type DecideInput = z.input<typeof DecideInput>;

export const DecideManyInput = z
  .strictObject({
    datanetId,
    recordIds: z.array(recordId).min(1, "Select a row").max(MANY_MOST, `At most ${MANY_MOST} rows at once`),
    decision: z.enum(["accept", "send_back", "reject"]),
    reason: z.enum(REJECT_REASONS).optional(),
    note: note.optional(),
    guidelinesNumber: z.int().min(1).max(1_000_000).optional(),
  })
  .refine((input) => needsReason(input.decision) === (input.reason !== undefined), {
    path: ["reason"],
    message: REASON_MESSAGE,
  });
export type DecideManyInput = z.input<typeof DecideManyInput>;

export const DRAFT_KINDS = ["fix", "send_back", "reject", "note"] as const;
/** What a validator has begun: the window that was open and what stood in it. */
export const DraftInput = z.strictObject({
  kind: z.enum(DRAFT_KINDS),
  note: z.string().max(NOTE_CHARS).default(""),
  spans: spans.default([]),
  texts: RowTextsInput.optional(),
});
export type Draft = z.output<typeof DraftInput>;
export const SaveDraftInput = z.strictObject({ recordId, draft: DraftInput.nullable() });

export const ItemContextInput = z.strictObject({ recordId });
export const UndoInput = z.strictObject({ datanetId });
export const AcceptRestInput = z.strictObject({ contributionId: z.uuid("This is not a contribution id") });

export const SEARCH_PAGE = 50;
export const SearchInput = z.strictObject({
  datanetId,
  /** waiting: what this validator may decide on. mine: what they decided. */
  of: z.enum(["waiting", "mine"]).default("waiting"),
  text: z.string().trim().max(200, "Search for at most 200 characters").default(""),
  contributionId: z.uuid().optional(),
  contributorId: z.uuid().optional(),
  category: z.string().max(500).optional(),
  findingCode: z.string().max(80).optional(),
  /** The nearest in wording first. */
  similarTo: recordId.optional(),
  offset: z.int().min(0).max(10_000).default(0),
});
export type SearchInput = z.input<typeof SearchInput>;

/** What each reason says on the screen, in the order of its key (1-6). */
export const REJECT_REASON_WORDS: Record<(typeof REJECT_REASONS)[number], string> = {
  wrong_answer: "The answer is wrong",
  unclear: "The question or answer is unclear",
  off_topic: "Not what this Datanet is about",
  duplicate: "The same example is already here",
  unsafe: "Private, harmful or not allowed",
  other: "Another reason",
};
