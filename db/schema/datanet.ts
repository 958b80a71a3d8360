import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id, uint256 } from "./columns";
import { ACCESS_RULES, DATANET_STATUSES, GOALS, INVITED_ROLES } from "./datanet.constants";

/** How rows of a Datanet are reviewed; shares of rows, set by its owner. */
export type ReviewRules = {
  /** Rows that two people decide on without seeing each other's decision. */
  doubleShare: number;
  /** Known-answer items among what a validator gets. */
  knownShare: number;
  /** Defect rate at which a contribution is still good, and at which it no longer is. */
  acceptableRate: number;
  rejectableRate: number;
};

export const REVIEW_RULES: ReviewRules = {
  doubleShare: 0.1,
  knownShare: 0.07,
  acceptableRate: 0.01,
  rejectableRate: 0.08,
};

export const datanets = pgTable("datanets", {
  id: id(),
  ownerId: uuid("owner_id")
    .notNull()
    .references(() => accounts.id),
  goal: text("goal", { enum: GOALS }).notNull(),
  name: text("name").notNull(),
  purpose: text("purpose").notNull(),
  guidelines: text("guidelines").notNull(),
  /** SPDX id. */
  licence: text("licence").notNull(),
  /** Fixed label set of a label Datanet; empty for other goals. */
  labels: jsonb("labels").$type<string[]>().notNull().default([]),
  /** Names of the fields that a `fields` Datanet extracts, in the order they are written in; empty for other goals. */
  fields: jsonb("fields").$type<string[]>().notNull().default([]),
  policyHash: text("policy_hash").notNull(),
  readAccess: text("read_access", { enum: ACCESS_RULES }).notNull().default("everyone"),
  contributeAccess: text("contribute_access", { enum: ACCESS_RULES }).notNull().default("everyone"),
  reviewRules: jsonb("review_rules").$type<ReviewRules>().notNull().default(REVIEW_RULES),
  /** The current version of the guidelines; `guidelines` is its text. */
  guidelinesNumber: integer("guidelines_number").notNull().default(1),
  status: text("status", { enum: DATANET_STATUSES }).notNull().default("draft"),
  /** Made by the first start from samples/, with a public split key and accounts that nobody signs in to. */
  isSample: boolean("is_sample").notNull().default(false),
  /** Id in DatanetRegistry, known once `create` is included. */
  chainDatanetId: uint256("chain_datanet_id").unique(),
  createdAt: createdAt(),
});

export const datanetMembers = pgTable(
  "datanet_members",
  {
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    isValidator: boolean("is_validator").notNull().default(false),
    /** The chain says so too: set from the ValidatorSet event. */
    isValidatorOnChain: boolean("is_validator_on_chain").notNull().default(false),
    joinedAt: at("joined_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.datanetId, t.accountId] }),
    index("datanet_members_account").on(t.accountId),
  ],
);

/** Earlier and current guidelines; version 1 is the one in the policy hash. */
export const guidelineVersions = pgTable(
  "guideline_versions",
  {
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    number: integer("number").notNull(),
    text: text("text").notNull(),
    createdById: uuid("created_by_id")
      .notNull()
      .references(() => accounts.id),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.datanetId, t.number] })],
);

/** Only the SHA-256 of an invitation's token is stored, so a leaked table lets nobody in. */
export const datanetInvitations = pgTable(
  "datanet_invitations",
  {
    id: id(),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    tokenHash: text("token_hash").notNull().unique(),
    role: text("role", { enum: INVITED_ROLES }).notNull(),
    usesLeft: integer("uses_left").notNull(),
    createdById: uuid("created_by_id")
      .notNull()
      .references(() => accounts.id),
    expiresAt: at("expires_at").notNull(),
    revokedAt: at("revoked_at"),
    createdAt: createdAt(),
  },
  (t) => [index("datanet_invitations_datanet").on(t.datanetId)],
);
