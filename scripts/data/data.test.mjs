import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, resolve } from "node:path";
import PgBoss from "pg-boss";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase, createPool } from "../../db/client";
import { appendAudit } from "../../server/audit/append";
import { sealAudit } from "../../server/audit/seal.ts";
import { bundle } from "../lib/build.mjs";
import { prepareDataDir, root } from "../lib/paths.mjs";
import { databaseUser } from "../lib/postgres-files.mjs";
import { runStep } from "../lib/run-step.mjs";
import { loadSecrets } from "../lib/secrets.mjs";
import { backup, MANIFEST } from "./backup.mjs";
import { withClient, withDatabase } from "./database.mjs";
import { doctor } from "./doctor.mjs";
import { restore } from "./restore.mjs";
import { refuseUnfinished, UNFINISHED } from "./unfinished.mjs";

const LONG = 120_000;
const folder = mkdtempSync(resolve(tmpdir(), "modelfactory-data-"));
const dataDir = resolve(folder, "data");
const saved = resolve(folder, "backup");
const copy = resolve(folder, "copy");
const file = "prompt,answer\nwhat flies,bird\n";
const sha256 = createHash("sha256").update(file).digest("hex");
const blob = (dir) => resolve(dir, "blobs", "sha256", sha256.slice(0, 2), sha256);
const accountId = randomUUID();
const contributionId = randomUUID();
const say = () => {};
const given = process.env.DATABASE_URL;

beforeAll(async () => {
  // The commands take this for the database of a data folder; here each folder has its own.
  delete process.env.DATABASE_URL;
  prepareDataDir(dataDir, databaseUser());
  loadSecrets(dataDir, false);
  mkdirSync(dirname(blob(dataDir)), { recursive: true });
  writeFileSync(blob(dataDir), file);
  await withDatabase(dataDir, fill, { create: true });
}, LONG);
afterAll(() => {
  process.env.DATABASE_URL = given;
  rmSync(folder, { recursive: true, force: true });
});

async function fill(url) {
  const args = ["--conditions=react-server", await bundle("prepare")];
  const env = { ...process.env, DATABASE_URL: url };
  await runStep("prepare", { command: process.execPath, args, env, cwd: root });
  const datanetId = randomUUID();
  await withClient(url, async (client) => {
    await client.query("insert into accounts (id, address, name) values ($1, $2, $3)", [
      accountId,
      `0x${"a1".repeat(20)}`,
      'Zoë "tab\t" \\ Ü',
    ]);
    await client.query(
      "insert into datanets (id, owner_id, goal, name, purpose, guidelines, licence, policy_hash) values ($1, $2, 'answer', 'n', 'p', 'g', 'MIT', 'h')",
      [datanetId, accountId],
    );
    await client.query(
      "insert into contributions (id, datanet_id, contributor_id, file_name, file_sha256, file_bytes, licence) values ($1, $2, $3, 'a.csv', $4, $5, 'MIT')",
      [contributionId, datanetId, accountId, sha256, file.length],
    );
  });
  const pool = createPool(url, 2);
  const db = createDatabase(pool);
  for (const action of ["one.done", "two.done"])
    await db.transaction((tx) =>
      appendAudit(tx, { actorId: accountId, action, subject: "s:1", data: { z: 1, a: 2 } }),
    );
  await sealAudit(db);
  // One that the app was stopped before it could seal: it is sealed at the next start, and nothing is wrong.
  await db.transaction((tx) => appendAudit(tx, { actorId: accountId, action: "three.done", subject: "s:1" }));
  await pool.query("update audit_log set created_at = now() - interval '1 hour' where place is null");
  await pool.end();
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  await boss.start();
  await boss.send("contribution.parse", { contributionId, fence: 0 });
  await boss.stop({ graceful: false, wait: true });
}

const facts = (dir) =>
  withDatabase(dir, (url) =>
    withClient(url, async (client) => {
      const rows = async (sql) => (await client.query(sql)).rows;
      return {
        accounts: await rows("select * from accounts"),
        contributions: await rows("select * from contributions"),
        audit: await rows("select * from audit_log order by seq"),
        next: await rows("select nextval('audit_log_seq_seq')::int as value"),
        jobs: await rows(
          "select name, data from pgboss.job where state = 'created' and name like 'contribution%'",
        ),
      };
    }),
  );
const wrong = async (dir) =>
  (await doctor({ dataDir: dir })).filter((each) => each.status !== "ok" && each.id !== "disk");

test("a restored folder holds the same rows, files and waiting jobs, and goes on counting", {
  timeout: LONG,
}, async () => {
  const manifest = await backup({ dataDir, out: saved, say });
  expect(manifest.tables.find((each) => each.table === "audit_log").rows).toBe(3);
  const result = await restore({ from: saved, dataDir: copy, say });
  expect(result).toMatchObject({ files: 2, jobs: 1, migratedBy: 0 });
  const [before, after] = [await facts(dataDir), await facts(copy)];
  expect(after).toEqual(before);
  expect(after.next).toEqual([{ value: 4 }]);
  expect(after.jobs).toEqual([{ name: "contribution.parse", data: { contributionId, fence: 0 } }]);
  expect(readFileSync(blob(copy), "utf8")).toBe(file);
  expect(await wrong(copy)).toEqual([]);
});

test("a damaged backup restores nothing, and a folder with data is never overwritten", {
  timeout: LONG,
}, async () => {
  const table = resolve(saved, "database", "accounts.copy");
  const good = readFileSync(table);
  writeFileSync(table, good.toString("utf8").replace("Zo", "Xo"));
  const target = resolve(folder, "other");
  await expect(restore({ from: saved, dataDir: target, say })).rejects.toMatchObject({
    code: "BACKUP_DAMAGED",
    message: "database/accounts.copy in the backup is missing or is not what was backed up.",
  });
  writeFileSync(table, good);
  await expect(restore({ from: saved, dataDir: copy, say })).rejects.toMatchObject({ code: "NOT_EMPTY" });
  await expect(backup({ dataDir, out: saved, say })).rejects.toMatchObject({ code: "EXISTS" });
  const manifest = JSON.parse(readFileSync(resolve(saved, MANIFEST), "utf8"));
  writeFileSync(
    resolve(saved, MANIFEST),
    JSON.stringify({ ...manifest, migrations: [...manifest.migrations, "f00"] }),
  );
  await expect(restore({ from: saved, dataDir: target, say })).rejects.toMatchObject({
    code: "BACKUP_VERSION",
  });
});

test("the doctor names a changed file, a missing one, a changed log and a restore that was cut off", {
  timeout: LONG,
}, async () => {
  writeFileSync(blob(copy), "prompt,answer\nwhat flies,fish\n");
  expect((await wrong(copy)).map((each) => each.sentence)).toEqual([
    expect.stringMatching(/^1 stored files are not what they were when stored/),
  ]);
  rmSync(blob(copy));
  await withDatabase(copy, (url) =>
    withClient(url, (client) => client.query("update audit_log set subject = 's:2' where seq = 2")),
  );
  const found = await wrong(copy);
  expect(found.map(({ id, status }) => [id, status])).toEqual([
    ["audit", "fail"],
    ["files", "fail"],
  ]);
  expect(found[0].sentence).toContain("at entry 2");
  expect(found[1].sentence).toContain(`the first of contribution ${contributionId}`);
  for (const each of found) expect(each.fix).toBeTruthy();
  writeFileSync(resolve(copy, UNFINISHED), "");
  expect((await wrong(copy))[0]).toMatchObject({ id: "folder", status: "fail" });
  expect(() => refuseUnfinished(copy)).toThrow("was cut off. Run it again");
});
