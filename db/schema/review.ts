import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id } from "./columns";
import { records } from "./contribution";
import { datanets } from "./datanet";
import { DECISIONS, REJECT_REASONS, REVIEW_BASES, REVIEW_PARTS } from "./review.constants";

/** The texts of a row as a validator mended them. */
export type RowTexts = { prompt: string; answer: string; system: string; category: string; source: string };
/** A note on a part of a text; `start` and `end` count UTF-16 units. */
export type SpanNote = { field: keyof RowTexts; start: number; end: number; note: string };

export const reviews = pgTable(
  "reviews",
  {
    id: id(),
    recordId: uuid("record_id")
      .notNull()
      .references(() => records.id),
    validatorId: uuid("validator_id")
      .notNull()
      .references(() => accounts.id),
    part: text("part", { enum: REVIEW_PARTS }).notNull().default("decision"),
    decision: text("decision", { enum: DECISIONS }).notNull(),
    reason: text("reason", { enum: REJECT_REASONS }),
    note: text("note"),
    spans: jsonb("spans").$type<SpanNote[]>().notNull().default([]),
    fixed: jsonb("fixed").$type<RowTexts | null>(),
    basis: text("basis", { enum: REVIEW_BASES }).notNull().default("read"),
    /** The version of the guidelines that it was made under. */
    guidelinesNumber: integer("guidelines_number").notNull().default(1),
    /** From the row on the screen to the decision; null where nobody looked. */
    tookMs: integer("took_ms"),
    batchId: uuid("batch_id").references(() => reviewBatches.id),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("reviews_record_validator").on(t.recordId, t.validatorId),
    index("reviews_validator").on(t.validatorId, t.createdAt),
    index("reviews_batch").on(t.batchId),
  ],
);

/** One live claim a row: an expired one may be taken over by the same atomic upsert. */
export const reviewClaims = pgTable(
  "review_claims",
  {
    recordId: uuid("record_id")
      .primaryKey()
      .references(() => records.id),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    validatorId: uuid("validator_id")
      .notNull()
      .references(() => accounts.id),
    claimedAt: at("claimed_at").notNull().defaultNow(),
    expiresAt: at("expires_at").notNull(),
  },
  (t) => [index("review_claims_validator").on(t.datanetId, t.validatorId)],
);

/** What a validator has begun to write about a row and not decided; theirs alone. */
export const reviewDrafts = pgTable(
  "review_drafts",
  {
    recordId: uuid("record_id")
      .notNull()
      .references(() => records.id),
    validatorId: uuid("validator_id")
      .notNull()
      .references(() => accounts.id),
    draft: jsonb("draft").$type<Record<string, unknown>>().notNull(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.recordId, t.validatorId] })],
);

/** The right decision on a row of status `known`. */
export const knownAnswers = pgTable(
  "known_answers",
  {
    recordId: uuid("record_id")
      .primaryKey()
      .references(() => records.id),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    expected: text("expected", { enum: DECISIONS }).notNull(),
    explanation: text("explanation").notNull(),
    createdById: uuid("created_by_id")
      .notNull()
      .references(() => accounts.id),
    createdAt: createdAt(),
  },
  (t) => [index("known_answers_datanet").on(t.datanetId)],
);

/** The decisions of one sitting under one signature (EIP-712): a Merkle root over them. */
export const reviewBatches = pgTable(
  "review_batches",
  {
    id: id(),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    validatorId: uuid("validator_id")
      .notNull()
      .references(() => accounts.id),
    root: text("root").notNull(),
    decisions: integer("decisions").notNull(),
    /** Unix seconds, as in the signed message. */
    madeAt: bigint("made_at", { mode: "bigint" }).notNull(),
    signature: text("signature").notNull(),
    createdAt: createdAt(),
  },
  (t) => [index("review_batches_datanet").on(t.datanetId, t.validatorId)],
);
