import { setTimeout } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type PgBoss from "pg-boss";
import { createDatabase, createPool, type Database } from "@/db/client";
import { env } from "@/env";
import { reconcileExports } from "@/server/adapter/reconcile-exports";
import { sealAudit } from "@/server/audit/seal";
import { chain } from "@/server/chain/context";
import { parseContribution } from "@/server/contribution/parse.job";
import { uploadSweeper } from "@/server/contribution/sweep-uploads";
import { embedDatanet } from "@/server/embedding/embed.job";
import { embeddingStarter } from "@/server/embedding/reconcile";
import { VectorFolder } from "@/server/embedding/vector-folder";
import { modelJudge } from "@/server/judgement/reconcile";
import { reconcilePublications } from "@/server/publication/reconcile";
import { createRunnerClient } from "@/server/runner/client";
import { createEmbeddings } from "@/server/runner/embeddings";
import { prepareSnapshot } from "@/server/snapshot/prepare.job";
import { FolderBlobStore } from "@/server/storage/blob-store";
import { reconcileTrainingRuns } from "@/server/training-run/reconcile";
import { syncChain } from "./chain-sync";
import { holdJob, releaseAbandonedJobs } from "./hold-job";
import type { JobName, JobPayload } from "./names";
import { startQueue } from "./queue";
import { sampleSeeder } from "./seed-samples";
import type { WorkerDeps } from "./worker-deps";

const TICK_MS = 1_000;
/** A database that comes back finds its work going on within this. */
const MAX_BACKOFF_MS = 5_000;
/** Each loop and each job holds one connection while its work takes others: twice as many as can be held at once. */
const CONNECTIONS = 20;
/** A start in the middle of an outage waits for its end, which may be far. */
const DATABASE_WAIT_MS = 10 * 60_000;

/** One loop per reconciler: never two at once in this process, and by the advisory lock never two in all. */
function every(
  name: string,
  lock: number,
  db: Database,
  stopped: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  const loop = async () => {
    let failures = 0;
    while (!stopped.aborted) {
      try {
        await db.transaction(async (tx) => {
          const result = await tx.execute(sql`select pg_try_advisory_xact_lock(${lock}) as mine`);
          if (result.rows[0]?.mine) await work();
        });
        failures = 0;
      } catch (error) {
        failures += 1;
        console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await sleep(Math.min(TICK_MS * 2 ** Math.min(failures, 4), MAX_BACKOFF_MS), stopped);
    }
  };
  return loop();
}

function sleep(ms: number, stopped: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal: stopped }).catch(() => {});
}

async function work<N extends JobName>(
  { boss, db }: { boss: PgBoss; db: Database },
  name: N,
  handler: (payload: JobPayload[N]) => Promise<void>,
): Promise<void> {
  await boss.work<JobPayload[N]>(name, { pollingIntervalSeconds: 0.5 }, async (jobs) => {
    for (const job of jobs) await holdJob(db, job.id, () => handler(job.data));
  });
}

async function main(): Promise<void> {
  const config = env();
  const db = createDatabase(createPool(config.DATABASE_URL, CONNECTIONS));
  const deps: WorkerDeps = {
    db,
    blobs: new FolderBlobStore(`${config.DATA_DIR}/blobs`),
    runner: createRunnerClient({ url: config.RUNNER_URL, token: config.RUNNER_TOKEN }),
    env: config,
  };
  const boss = await startQueue(config.DATABASE_URL, { waitMs: DATABASE_WAIT_MS });
  await work({ boss, db }, "contribution.parse", (payload) => parseContribution(deps, payload));
  await work({ boss, db }, "snapshot.prepare", (payload) => prepareSnapshot(deps, payload));

  const vectors = new VectorFolder(config.DATA_DIR);
  const embeddings = createEmbeddings({ url: config.RUNNER_URL, token: config.RUNNER_TOKEN });
  await work({ boss, db }, "contribution.embed", (payload) =>
    embedDatanet({ db, embeddings, vectors }, payload),
  );

  const stop = new AbortController();
  const loops = [
    every("training runs", 0x6d66_0010, db, stop.signal, () => reconcileTrainingRuns(deps)),
    every("publications", 0x6d66_0011, db, stop.signal, () => reconcilePublications(deps)),
    every("chain", 0x6d66_0012, db, stop.signal, () => syncChain(deps, chain())),
    every("audit", 0x6d66_0016, db, stop.signal, () => sealAudit(db)),
    every("jobs", 0x6d66_0014, db, stop.signal, () => releaseAbandonedJobs(db)),
    every("exports", 0x6d66_0015, db, stop.signal, () => reconcileExports(deps)),
    every("judge model", 0x6d66_0017, db, stop.signal, modelJudge(deps)),
    every("uploads", 0x6d66_0018, db, stop.signal, uploadSweeper(deps)),
    every("embeddings", 0x6d66_0019, db, stop.signal, embeddingStarter({ db, vectors })),
    every("samples", 0x6d66_0013, db, stop.signal, sampleSeeder(deps)),
  ];
  const shutdown = async () => {
    stop.abort();
    await Promise.all([...loops, boss.stop({ graceful: true, timeout: 3_000 })]);
    process.exit(0);
  };
  process.on("SIGTERM", shutdown);
  process.on("SIGINT", shutdown);
  console.log("worker ready");
}

await main();
