import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withClient, withDatabase } from "./database.mjs";
import { doctor } from "./doctor.mjs";
import { restore } from "./restore.mjs";

const folder = mkdtempSync(resolve(tmpdir(), "modelfactory-migration-"));
const given = process.env.DATABASE_URL;
beforeAll(() => {
  delete process.env.DATABASE_URL;
});
afterAll(() => {
  process.env.DATABASE_URL = given;
  rmSync(folder, { recursive: true, force: true });
});
const TIMEOUT = { timeout: 120_000 };

/** A whole loop, published adapter included, as the version of the main loop (commit 4056d82) left it. */
test("a data folder of the main loop's version opens in this one, nothing lost", TIMEOUT, async () => {
  const { migratedBy, rows } = await open("main-loop");
  expect(migratedBy).toBeGreaterThan(0);
  expect(rows).toEqual(MAIN_LOOP);
});

/** Nearly every feature used once, as make-fixture.mjs left it at migration 0010. */
test(
  "a data folder in which every feature was used opens in this version, nothing lost",
  TIMEOUT,
  async () => {
    const { rows } = await open("product");
    expect(rows).toEqual(PRODUCT);
  },
);

/** Restores a fixture, which brings it up to this version: the rows of every table that has some, by status if they have one. */
async function open(name) {
  const from = resolve(folder, name, "backup");
  const dataDir = resolve(folder, name, "data");
  cpSync(fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)), from, { recursive: true });
  const { migratedBy } = await restore({ from, dataDir, say: () => {} });
  const rows = await withDatabase(dataDir, (url) => withClient(url, countRows));
  const wrong = (await doctor({ dataDir })).filter((each) => each.status !== "ok" && each.id !== "disk");
  expect(wrong).toEqual([]);
  return { migratedBy, rows };
}

async function countRows(client) {
  const { rows: tables } = await client.query(
    `select t.tablename as name, c.column_name is not null as "hasStatus" from pg_tables t
     left join information_schema.columns c
       on c.table_schema = 'public' and c.table_name = t.tablename and c.column_name = 'status'
     where t.schemaname = 'public' order by 1`,
  );
  const counts = {};
  for (const { name, hasStatus } of tables) {
    const status = hasStatus ? "status" : "null";
    const { rows } = await client.query(
      `select ${status} as status, count(*)::int as n from public.${pg.escapeIdentifier(name)} group by 1 order by 1`,
    );
    for (const each of rows) counts[hasStatus ? `${name} ${each.status}` : name] = each.n;
  }
  return counts;
}

const MAIN_LOOP = {
  accounts: 2,
  adapter_cards: 1,
  adapters: 1,
  audit_log: 109,
  benchmarks: 1,
  chain_cursors: 1,
  chain_events: 8,
  "chain_transactions final": 5,
  "contributions reviewed": 3,
  datanet_members: 2,
  "datanets registered": 1,
  evaluations: 1,
  guideline_versions: 1,
  influence_scores: 197,
  "publications final": 1,
  "records accepted": 270,
  reviews: 270,
  run_events: 128,
  sessions: 2,
  snapshot_approvals: 1,
  snapshot_records: 270,
  "snapshots frozen": 1,
  training_run_snapshots: 1,
  "training_runs succeeded": 1,
};

const PRODUCT = {
  accounts: 3,
  adapter_cards: 1,
  "adapter_exports ready": 1,
  adapters: 2,
  audit_log: 97,
  auth_nonces: 1,
  benchmarks: 2,
  chain_cursors: 1,
  chain_events: 12,
  "chain_transactions final": 9,
  comparisons: 1,
  "contributions reviewed": 3,
  "contributions submitted": 1,
  datanet_members: 5,
  "datanets registered": 2,
  evaluations: 3,
  guideline_versions: 2,
  guides: 1,
  idempotency_keys: 147,
  influence_scores: 95,
  notices: 9,
  "publications final": 1,
  "records accepted": 221,
  "records pending": 2,
  "records rejected": 1,
  review_claims: 1,
  reviews: 222,
  row_problems: 1,
  run_events: 155,
  sessions: 4,
  snapshot_approvals: 2,
  snapshot_records: 220,
  "snapshots frozen": 2,
  task_contributions: 1,
  "tasks done": 1,
  training_run_snapshots: 7,
  "training_runs cancelled": 1,
  "training_runs succeeded": 3,
};
