import { sql } from "drizzle-orm";
import { shared } from "./shared";

/** Ready means: a page can be served from the database. Runner and chain have their own notices in the app. */
export async function getHealth(): Promise<{ status: "ok" | "unavailable"; database: "ok" | "away" }> {
  try {
    await shared().db.execute(sql`select 1`);
    return { status: "ok", database: "ok" };
  } catch {
    return { status: "unavailable", database: "away" };
  }
}
