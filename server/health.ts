import { sql } from "drizzle-orm";
import { env } from "@/env";
import { shared } from "./shared";

/** `instance` names this start of the app, so that a launcher knows its own from another on the same port. */
export type Health = { status: "ok" | "unavailable"; database: "ok" | "away"; instance?: string };

/** Ready means: a page can be served from the database. Runner and chain have their own notices in the app. */
export async function getHealth(): Promise<Health> {
  const { APP_INSTANCE: instance } = env();
  try {
    await shared().db.execute(sql`select 1`);
    return { status: "ok", database: "ok", instance };
  } catch {
    return { status: "unavailable", database: "away", instance };
  }
}
