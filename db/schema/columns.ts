import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** Primary key made by the database: PostgreSQL 13 and up has gen_random_uuid(). */
export const id = () => uuid("id").primaryKey().defaultRandom();
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
export const createdAt = () => at("created_at").notNull().defaultNow();

/** Token amounts and chain numbers never pass through a float. */
export const uint256 = customType<{ data: bigint; driverData: string }>({
  dataType: () => "numeric(78,0)",
  toDriver: (value) => value.toString(),
  fromDriver: (value) => BigInt(value),
});
