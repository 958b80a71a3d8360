import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { TRANSACTION_PURPOSES, TRANSACTION_STATUSES } from "./chain.constants";
import { at, createdAt } from "./columns";

/** What a wallet said it sent. Only the chain moves its status: the browser's "done" is a hint to look. */
export const chainTransactions = pgTable(
  "chain_transactions",
  {
    hash: text("hash").primaryKey(),
    chainId: integer("chain_id").notNull(),
    purpose: text("purpose", { enum: TRANSACTION_PURPOSES }).notNull(),
    /** Id of the Datanet, snapshot, run or publication; for a grant the Datanet. */
    subjectId: uuid("subject_id").notNull(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    nonce: integer("nonce"),
    /** Hash of receiver and calldata, once a node has shown it: tells a speed-up from a cancellation. */
    callHash: text("call_hash"),
    status: text("status", { enum: TRANSACTION_STATUSES }).notNull().default("submitted"),
    blockNumber: bigint("block_number", { mode: "number" }),
    problem: text("problem"),
    replacedBy: text("replaced_by"),
    settledAt: at("settled_at"),
    createdAt: createdAt(),
  },
  (t) => [
    index("chain_transactions_subject").on(t.subjectId),
    index("chain_transactions_status").on(t.status),
  ],
);

/** Projection of the chain: row id = event id, so inserting twice does nothing. Finalised blocks only. */
export const chainEvents = pgTable(
  "chain_events",
  {
    chainId: integer("chain_id").notNull(),
    txHash: text("tx_hash").notNull(),
    logIndex: integer("log_index").notNull(),
    contract: text("contract").notNull(),
    name: text("name").notNull(),
    args: jsonb("args").$type<Record<string, unknown>>().notNull(),
    blockNumber: bigint("block_number", { mode: "number" }).notNull(),
    blockHash: text("block_hash").notNull(),
    seenAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.txHash, t.logIndex] }), index("chain_events_name").on(t.name)],
);

export const chainCursors = pgTable("chain_cursors", {
  chainId: integer("chain_id").primaryKey(),
  blockNumber: bigint("block_number", { mode: "number" }).notNull(),
  blockHash: text("block_hash").notNull(),
  /** Genesis hash: a new local chain under an old database is noticed, not mixed in. */
  genesisHash: text("genesis_hash").notNull(),
});
