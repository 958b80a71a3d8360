import { boolean, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id, uint256 } from "./columns";
import { DATANET_STATUSES, GOALS } from "./datanet.constants";

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
