import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { withClient, withDatabase } from "./database.mjs";
import { doctor } from "./doctor.mjs";
import { restore } from "./restore.mjs";

/** A whole loop, published adapter included, as the version of the main loop (commit 4056d82) left it. */
const FIXTURE = fileURLToPath(new URL("./fixtures/main-loop", import.meta.url));
const folder = mkdtempSync(resolve(tmpdir(), "modelfactory-migration-"));
const given = process.env.DATABASE_URL;
afterAll(() => {
  process.env.DATABASE_URL = given;
  rmSync(folder, { recursive: true, force: true });
});

test("a data folder of the main loop's version opens in this one, nothing lost", {
  timeout: 120_000,
}, async () => {
  delete process.env.DATABASE_URL;
  cpSync(FIXTURE, resolve(folder, "backup"), { recursive: true });
  const dataDir = resolve(folder, "data");
  const result = await restore({ from: resolve(folder, "backup"), dataDir, say: () => {} });
  expect(result.migratedBy).toBeGreaterThan(0);
  const counts = await withDatabase(dataDir, (url) =>
    withClient(url, async (client) => {
      const count = async (table, where = "true") =>
        (await client.query(`select count(*)::int as n from ${table} where ${where}`)).rows[0].n;
      return {
        records: await count("records", "status = 'accepted'"),
        runs: await count("training_runs", "status in ('scoring', 'succeeded')"),
        versions: await count("snapshots", "status = 'frozen'"),
        adapters: await count("adapters"),
        evaluations: await count("evaluations"),
        transactions: await count("chain_transactions"),
        runVersions: await count("training_run_snapshots"),
      };
    }),
  );
  expect(counts).toEqual(COUNTS);
  const wrong = (await doctor({ dataDir })).filter((each) => each.status !== "ok" && each.id !== "disk");
  expect(wrong).toEqual([]);
});

const COUNTS = {
  records: 270,
  runs: 1,
  versions: 1,
  adapters: 1,
  evaluations: 1,
  transactions: 5,
  runVersions: 1,
};
