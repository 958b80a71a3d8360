import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccount, makeDatanet } from "@/db/factories";
import { contributions, records, rowProblems } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { FolderBlobStore } from "@/server/storage/blob-store";
import { bundleForTest, bundleParseChild } from "./test-world";

/** What the worker does with one job, as a process that can be killed. */
const WORKER = `
  import { createDatabase, createPool } from "@/db/client";
  import { FolderBlobStore } from "@/server/storage/blob-store";
  import { parseContribution } from "@/server/contribution/parse.job";
  const { url, folder, childEntry, contributionId } = JSON.parse(process.argv[2]);
  const env = { DATA_DIR: folder, UPLOAD_MAX_BYTES: 100_000_000 };
  const deps = { db: createDatabase(createPool(url)), blobs: new FolderBlobStore(folder + "/blobs"), env, runner: null };
  await parseContribution(deps, { contributionId, fence: 1 }, childEntry);
  process.exit(0);
`;
const ROWS = 12_000;

const folder = mkdtempSync(join(tmpdir(), "parse-kill-"));
const blobs = new FolderBlobStore(join(folder, "blobs"));
let database: TestDatabase;
let worker: string;
let childEntry: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  const resolveDir = fileURLToPath(new URL("../..", import.meta.url));
  [database, worker, childEntry] = await Promise.all([
    createTestDatabase(),
    bundleForTest(join(folder, "worker.mjs"), { stdin: { contents: WORKER, resolveDir, loader: "ts" } }),
    bundleParseChild(folder),
  ]);
});
afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function makeUpload() {
  const { db } = database;
  const contributorId = (await makeAccount(db)).id;
  const datanetId = await makeDatanet(db, contributorId);
  const lines = Array.from({ length: ROWS }, (_, i) =>
    i % 100 === 99 ? `question ${i},` : `question ${i},answer ${i}`,
  );
  const { sha256, bytes } = await blobs.put(`question,answer\n${lines.join("\n")}\n`);
  const [row] = await db
    .insert(contributions)
    .values({
      datanetId,
      contributorId,
      fileName: "big.csv",
      fileSha256: sha256,
      fileBytes: bytes,
      licence: "CC0-1.0",
      status: "parsing",
      fence: 1,
    })
    .returning({ id: contributions.id });
  return row!.id;
}

function startWorker(contributionId: string) {
  const argument = JSON.stringify({ url: database.url, folder, childEntry, contributionId });
  const child = spawn(process.execPath, [worker, argument], { stdio: ["ignore", "ignore", "pipe"] });
  started.push(child);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, ended, errors: () => errors };
}

async function stateOf(id: string) {
  const { db } = database;
  const [row] = await db.select().from(contributions).where(eq(contributions.id, id));
  return {
    status: row!.status,
    counts: [row!.uploadedRows, row!.keptRows, row!.setAsideRows],
    rows: await db.$count(records, eq(records.contributionId, id)),
    problems: await db.$count(rowProblems, eq(rowProblems.contributionId, id)),
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("it did not come to this in 30 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const WHOLE = { status: "ready", counts: [ROWS, 11_880, 120], rows: 11_880, problems: 120 };

test("a worker killed while it stores rows, and run again, gives the same as one that was not", {
  timeout: 60_000,
}, async () => {
  const id = await makeUpload();
  const first = startWorker(id);
  await until(async () => (await stateOf(id)).rows > 0);
  first.child.kill("SIGKILL");
  await first.ended;
  const broken = await stateOf(id);
  expect(broken.status).toBe("parsing");
  expect(broken.rows).toBeLessThan(11_880);
  const second = startWorker(id);
  expect([await second.ended, second.errors()]).toEqual([0, ""]);
  expect(await stateOf(id)).toEqual(WHOLE);
});

test("two workers with the same job take turns: the rows are there once", { timeout: 60_000 }, async () => {
  const id = await makeUpload();
  const workers = [startWorker(id), startWorker(id)];
  const codes = await Promise.all(workers.map(({ ended }) => ended));
  expect([codes, workers.map(({ errors }) => errors())]).toEqual([
    [0, 0],
    ["", ""],
  ]);
  expect(await stateOf(id)).toEqual(WHOLE);
});
