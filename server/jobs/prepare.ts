import path from "node:path";
import { migrateDatabase } from "@/db/migrate";
import { startQueue } from "./queue";

/** Run once before web and worker start: tables, then queues, so that any process may enqueue. */
const url = process.env.DATABASE_URL;
if (!url) throw new Error("DATABASE_URL is not set.");
await migrateDatabase(url, path.resolve("db/migrations"));
const boss = await startQueue(url);
await boss.stop({ graceful: false });
