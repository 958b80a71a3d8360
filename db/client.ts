import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { prepareStatements } from "./prepared";
import * as schema from "./schema";

export type Database = NodePgDatabase<typeof schema>;
/** What a verb takes: the pool or an open transaction. */
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];
export type DatabaseOrTransaction = Database | Transaction;

export function createPool(url: string, max = 10): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 2_000,
    query_timeout: 10_000,
    keepAlive: true,
  });
  // Without a listener a stopped server ends the whole Node process.
  pool.on("error", (error) => console.error("database connection lost:", error.message));
  // That one is for idle connections only; one in use that breaks tells its query, and must not end the process besides.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("connect", prepareStatements);
  return pool;
}

export function createDatabase(pool: pg.Pool): Database {
  return drizzle(pool, { schema });
}
