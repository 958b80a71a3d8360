import { integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { adapters } from "./adapter";
import { at, createdAt, id, uint256 } from "./columns";
import { PUBLICATION_STATUSES } from "./publication.constants";

export type PublicationCheck = { name: string; ok: boolean; detail: string };

export const publications = pgTable("publications", {
  id: id(),
  adapterId: uuid("adapter_id")
    .notNull()
    .unique()
    .references(() => adapters.id),
  status: text("status", { enum: PUBLICATION_STATUSES }).notNull().default("checking"),
  fence: integer("fence").notNull().default(0),
  checks: jsonb("checks").$type<PublicationCheck[]>().notNull().default([]),
  /** The Pub struct as hex and decimal strings, and the attestor's voucher over it. */
  pub: jsonb("pub").$type<Record<string, string> | null>(),
  voucher: text("voucher"),
  tokenId: uint256("token_id"),
  txHash: text("tx_hash"),
  finalAt: at("final_at"),
  createdAt: createdAt(),
});
