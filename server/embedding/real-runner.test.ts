import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccount, makeContribution, makeDatanet } from "@/db/factories";
import { contributions, findings } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createEmbeddings, type RunnerEmbeddings } from "@/server/runner/embeddings";
import { embedDatanet } from "./embed.job";
import { bruteForce, floats, TestEmbeddings } from "./test-embeddings";
import { VectorFolder } from "./vector-folder";

const PACKAGE = path.resolve("training-runner");
const PYTHON = path.join(PACKAGE, ".venv/bin/python");
const TOKEN = "token-of-the-embedding-test";
const PATIENCE_MS = 120_000;
// Needs the runner's Python packages: `npm test` installs them, `npm test -- --only vitest` does not.
const withRunner = test.skipIf(!existsSync(PYTHON));

let database: TestDatabase;
let folder: string;
let child: ChildProcess | undefined;
let embeddings: RunnerEmbeddings;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "modelfactory-embedding-"));
  if (!existsSync(PYTHON)) return;
  const env = { RUNNER_TOKEN: TOKEN, RUNNER_DATA: folder, RUNNER_PORT: "0", RUNNER_DEVICE: "cpu" };
  child = spawn(PYTHON, ["-m", "runner.api"], {
    cwd: PACKAGE,
    env: { ...process.env, ...env, OMP_NUM_THREADS: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    embeddings = createEmbeddings({ url: JSON.parse(line).url, token: TOKEN });
    return;
  }
}, PATIENCE_MS);
afterAll(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child!.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
  await database.close();
});

withRunner(
  "the runner finds the nearest rows that brute force finds, over several chunks, skipping what is skipped",
  async () => {
    const texts = Array.from({ length: 120 }, (_, i) => `w${i % 7} w${i % 11} w${i % 13} w${(i * i) % 17}`);
    const plain = new TestEmbeddings();
    const rows = Buffer.concat([
      (await plain.embed(texts.slice(0, 30))).vectors,
      (await plain.embed(texts.slice(30, 60))).vectors,
      (await plain.embed(texts.slice(60, 90))).vectors,
      (await plain.embed(texts.slice(90))).vectors,
    ]);
    const chunks = [
      await embeddings.keep(rows.subarray(0, 50 * 768)),
      await embeddings.keep(rows.subarray(50 * 768)),
    ];
    const skip = Buffer.alloc(15);
    for (const i of [0, 3, 64, 65]) skip[i >> 3]! |= 1 << (i & 7);
    const found = await embeddings.nearest(chunks, 0, 120, skip);
    const all = floats(rows);
    found.forEach(({ row, cosine }, i) => {
      const best = bruteForce(all, i, skip);
      expect(cosine === null).toBe(best.cosine === null);
      if (cosine === null) return;
      expect(cosine).toBeCloseTo(best.cosine!, 3);
      // Equal likeness may be met by another row; it is then as near.
      const met = bruteForce([all[row!]!, all[i]!], 1, Buffer.alloc(1));
      expect(met.cosine).toBeCloseTo(best.cosine!, 3);
      expect([0, 3, 64, 65]).not.toContain(row);
    });
    const keptRows = await embeddings.keep(rows);
    expect(await embeddings.draw(keptRows)).toEqual(await embeddings.draw(keptRows));
  },
  PATIENCE_MS,
);

withRunner(
  "other words for the same question are noted, and where the model is not installed the report says so",
  async () => {
    const { db } = database;
    const account = await makeAccount(db);
    const datanetId = await makeDatanet(db, account.id);
    const { contributionId } = await makeContribution(db, { datanetId, contributorId: account.id }, [
      "Can I take ibuprofen and paracetamol together?",
      "How deep should tulip bulbs be planted?",
      "Is it safe to combine paracetamol with ibuprofen?",
      "What is the highest daily dose of paracetamol?",
    ]);
    await embedDatanet({ db, embeddings, vectors: new VectorFolder(folder) }, { datanetId });
    const [row] = await db.select().from(contributions).where(eq(contributions.id, contributionId));
    const { embedding } = row!.health as { embedding: { state: string; code?: string } };
    if (embedding.code === "EMBEDDER_MISSING") {
      expect(embedding).toMatchObject({
        state: "unavailable",
        reason: expect.stringContaining("pip install"),
      });
      return;
    }
    expect(embedding).toMatchObject({ state: "done", rows: 4, near: 1, unlike: 3, against: 4, leftOut: 0 });
    const found = await db.select().from(findings).where(eq(findings.contributionId, contributionId));
    expect(found.map(({ row: at, code, severity }) => [at, code, severity])).toEqual([
      [3, "NEAR_MEANING", "warning"],
    ]);
    expect(found[0]!.detail).toMatchObject({ row: 1 });
    expect(found[0]!.detail.likeness).toBeCloseTo(0.939, 2);
  },
  PATIENCE_MS,
);
