import { setTimeout } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import PgBoss from "pg-boss";
import type { Transaction } from "@/db/client";
import { toAppError } from "@/server/errors";
import { JOB_NAMES, type JobName, type JobPayload } from "./names";

/**
 * Jobs are short (half an hour at most, for a file of millions of rows) and may run twice: each write of a job carries a fence.
 * Long work is a row that a reconciler joins with the runner or the chain.
 */
const JOB_OPTIONS = { retryLimit: 5, retryDelay: 1, retryBackoff: true, expireInSeconds: 1_800 } as const;

const RETRY_MS = 500;

/** @param waitMs how long to wait for a database that is away, instead of failing at once */
export async function startQueue(connectionString: string, { waitMs = 0 } = {}): Promise<PgBoss> {
  const boss = await openQueue(connectionString, performance.now() + waitMs);
  for (const name of JOB_NAMES) await boss.createQueue(name, { name, ...JOB_OPTIONS });
  return boss;
}

async function openQueue(connectionString: string, deadline: number): Promise<PgBoss> {
  for (;;) {
    const boss = new PgBoss({ connectionString, maintenanceIntervalSeconds: 5, max: 4 });
    boss.on("error", (error) => console.error("queue:", error.message));
    try {
      return await boss.start();
    } catch (error) {
      await boss.stop({ graceful: false }).catch(() => {});
      if (toAppError(error).code !== "DB_UNAVAILABLE" || performance.now() > deadline) throw error;
      console.error("queue: the database is away; trying again");
      await setTimeout(RETRY_MS);
    }
  }
}

/** pg-boss speaks `$1` text and values; the open transaction speaks drizzle. */
function toSql(text: string, values: unknown[]): SQL {
  const parts = text.split(/\$(\d+)/);
  return sql.join(
    parts.map((part, i) => (i % 2 === 0 ? sql.raw(part) : sql`${sql.param(values[Number(part) - 1])}`)),
    sql.raw(""),
  );
}

const sender = new PgBoss({
  db: { executeSql: () => Promise.reject(new Error("a job is sent inside a transaction only")) },
  supervise: false,
  schedule: false,
  migrate: false,
});

/** Enqueues in the caller's transaction: the job exists exactly when the row that asked for it does. */
export async function enqueue<N extends JobName>(
  tx: Transaction,
  name: N,
  payload: JobPayload[N],
  startAfterSeconds = 0,
): Promise<void> {
  const db = {
    executeSql: async (text: string, values: unknown[]) => {
      const result = await tx.execute(toSql(text, values));
      return { rows: result.rows };
    },
  };
  // As a time: each place of a parameter is bound by itself here, and a number of seconds is none of a time's forms.
  const startAfter = startAfterSeconds > 0 ? new Date(Date.now() + startAfterSeconds * 1000) : 0;
  const id = await sender.send(name, payload, { db, ...JOB_OPTIONS, startAfter });
  if (id === null) throw new Error(`the queue ${name} does not exist: run the prepare step`);
}
