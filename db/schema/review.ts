import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id } from "./columns";
import { records } from "./contribution";
import { datanets } from "./datanet";
import { DECISIONS, REJECT_REASONS, REVIEW_BASES } from "./review.constants";

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
    decision: text("decision", { enum: DECISIONS }).notNull(),
    reason: text("reason", { enum: REJECT_REASONS }),
    note: text("note"),
    basis: text("basis", { enum: REVIEW_BASES }).notNull().default("read"),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("reviews_record_validator").on(t.recordId, t.validatorId),
    index("reviews_validator").on(t.validatorId, t.createdAt),
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
    expiresAt: at("expires_at").notNull(),
  },
  (t) => [index("review_claims_validator").on(t.datanetId, t.validatorId)],
);
