import {
  boolean,
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
import { at, createdAt, id, uint256 } from "./columns";
import { records } from "./contribution";
import { datanets } from "./datanet";
import { SIDES, SNAPSHOT_STATUSES } from "./snapshot.constants";

export type SplitCounts = {
  train: number;
  validation: number;
  test: number;
  /** Of the test: never shown, counted in totals only. */
  sealed: number;
  removed: number;
  clusters: number;
  removedBy: Record<string, number>;
};

export const snapshots = pgTable(
  "snapshots",
  {
    id: id(),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    /** Dense from 1; on the chain batch n is version n. */
    number: integer("number").notNull(),
    status: text("status", { enum: SNAPSHOT_STATUSES }).notNull().default("preparing"),
    createdById: uuid("created_by_id")
      .notNull()
      .references(() => accounts.id),
    rows: integer("rows").notNull().default(0),
    root: text("root"),
    manifestSha256: text("manifest_sha256"),
    splitSha256: text("split_sha256"),
    split: jsonb("split").$type<SplitCounts | null>(),
    /** Deadline (unix seconds) that the approvals are signed for. */
    approvalDeadline: uint256("approval_deadline"),
    problem: text("problem"),
    frozenAt: at("frozen_at"),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex("snapshots_datanet_number").on(t.datanetId, t.number)],
);

export const snapshotRecords = pgTable(
  "snapshot_records",
  {
    snapshotId: uuid("snapshot_id")
      .notNull()
      .references(() => snapshots.id),
    recordId: uuid("record_id")
      .notNull()
      .references(() => records.id),
    leaf: text("leaf").notNull(),
    cluster: text("cluster").notNull(),
    side: text("side", { enum: SIDES }).notNull(),
    /** Only meaningful on the test side: totals of sealed items may be shown, the items never. */
    sealed: boolean("sealed").notNull().default(false),
    removedReason: text("removed_reason"),
  },
  (t) => [
    primaryKey({ columns: [t.snapshotId, t.recordId] }),
    index("snapshot_records_side").on(t.snapshotId, t.side),
    index("snapshot_records_record").on(t.recordId),
  ],
);

export const snapshotApprovals = pgTable(
  "snapshot_approvals",
  {
    snapshotId: uuid("snapshot_id")
      .notNull()
      .references(() => snapshots.id),
    validatorId: uuid("validator_id")
      .notNull()
      .references(() => accounts.id),
    signature: text("signature").notNull(),
    deadline: uint256("deadline").notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.snapshotId, t.validatorId] })],
);
