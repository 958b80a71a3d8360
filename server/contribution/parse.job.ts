import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { and, eq, sql } from "drizzle-orm";
import { contributions, datanets } from "@/db/schema";
import { toAppError } from "@/server/errors";
import type { JobPayload } from "@/server/jobs/names";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { type Problem, problem } from "./intake/codes";
import { inspectFile } from "./intake/inspect";
import type { IntakeOptions, IntakeSummary, SetAside } from "./intake/intake";
import type { IntakeRow } from "./intake/rows";
import { runParseChild } from "./intake/run-parse-child";
import { storableJson } from "./storable";
import {
  deleteRows,
  type Reading,
  StaleReadingError,
  storeKept,
  storeProblems,
  toStoredProblem,
  underFence,
} from "./store-rows";
import { type StoredInspection, toStoredInspection } from "./stored-inspection";

const BATCH_ROWS = 1_000;
const PROGRESS_MS = 500;
/** Reading and storing together stay within the queue's two minutes a job. */
const TIME_LIMIT_MS = 60_000;

/** The child's bundle lies beside the worker's. */
const childBeside = () => fileURLToPath(new URL("parse-child.mjs", import.meta.url));

/**
 * Reads one uploaded file into rows and problems. May be killed at any point and run again: the rows of an
 * unfinished reading are deleted first, and a reading whose fence was raised meanwhile writes nothing.
 */
export async function parseContribution(
  deps: WorkerDeps,
  { contributionId, fence }: JobPayload["contribution.parse"],
  childEntry = childBeside(),
): Promise<void> {
  await deps.db.transaction(async (lock) => {
    // A second worker with the same job waits; the lock of a killed one goes with its connection.
    await lock.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`parse:${contributionId}`}, 0))`);
    const started = await findReading(deps, contributionId, fence);
    if (!started) return;
    const { reading, ...rest } = started;
    const folder = path.resolve(deps.env.DATA_DIR, "tmp", `parse-${contributionId}`);
    try {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await read(deps, reading, { ...rest, folder, childEntry });
    } catch (error) {
      await giveUp(deps, reading, error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** A lost database is tried again by the queue; anything else would only break again, so the person is told. */
async function giveUp(deps: WorkerDeps, reading: Reading, error: unknown): Promise<void> {
  if (error instanceof StaleReadingError) return;
  const app = toAppError(error);
  if (app.code === "DB_UNAVAILABLE") throw error;
  console.error(`contribution ${reading.contributionId} could not be read: ${app.log ?? app.message}`);
  const isDiskFull = (error as NodeJS.ErrnoException).code === "ENOSPC";
  const reason = isDiskFull ? "the disk is full" : "the reader ended unexpectedly";
  await refuse(deps, reading, problem("PARSE_CRASHED", { reason })).catch((later) => {
    if (!(later instanceof StaleReadingError)) throw later;
  });
}

type Source = { file: string; options: IntakeOptions };
type Work = Source & { folder: string; childEntry: string };

async function findReading(
  deps: WorkerDeps,
  contributionId: string,
  fence: number,
): Promise<(Source & { reading: Reading }) | null> {
  const [row] = await deps.db
    .select({ contribution: contributions, goal: datanets.goal, labels: datanets.labels })
    .from(contributions)
    .innerJoin(datanets, eq(datanets.id, contributions.datanetId))
    .where(
      and(
        eq(contributions.id, contributionId),
        eq(contributions.fence, fence),
        eq(contributions.status, "parsing"),
      ),
    );
  if (!row) return null;
  const { datanetId, contributorId, fileSha256, fileName, mapping, inspection } = row.contribution;
  const { confirmedEncoding } = (inspection ?? {}) as Partial<StoredInspection>;
  const options: IntakeOptions = {
    name: fileName,
    goal: row.goal,
    labels: row.labels,
    maxBytes: deps.env.UPLOAD_MAX_BYTES,
    ...(mapping && { mapping }),
    ...(confirmedEncoding && { encoding: confirmedEncoding }),
  };
  const reading = { contributionId, datanetId, contributorId, fence };
  return { reading, file: deps.blobs.path(fileSha256), options };
}

async function read(deps: WorkerDeps, reading: Reading, work: Work): Promise<void> {
  const inspection = toStoredInspection(await inspectFile(work.file, work.options), work.options.encoding);
  await underFence(deps.db, reading, async (tx) => {
    await deleteRows(tx, reading);
    await tx.update(contributions).set({ inspection }).where(eq(contributions.id, reading.contributionId));
  });
  const keptPath = path.join(work.folder, "kept.jsonl");
  const setAsidePath = path.join(work.folder, "set-aside.jsonl");
  const summary = await runChild(deps, reading, work, { keptPath, setAsidePath });
  if (summary.problem) return refuse(deps, reading, summary.problem);
  for await (const rows of batches<IntakeRow>(keptPath)) {
    await underFence(deps.db, reading, (tx) => storeKept(tx, reading, rows));
  }
  for await (const rows of batches<SetAside>(setAsidePath)) {
    await underFence(deps.db, reading, (tx) => storeProblems(tx, reading, rows.map(toStoredProblem)));
  }
  await finish(deps, reading, summary);
}

async function runChild(
  deps: WorkerDeps,
  reading: Reading,
  work: Work,
  paths: { keptPath: string; setAsidePath: string },
): Promise<IntakeSummary> {
  const stale = new AbortController();
  let toldAt = 0;
  const onProgress = ({ rows }: { rows: number }) => {
    if (Date.now() - toldAt < PROGRESS_MS) return;
    toldAt = Date.now();
    underFence(deps.db, reading, (tx) =>
      tx.update(contributions).set({ parsedRows: rows }).where(eq(contributions.id, reading.contributionId)),
    ).catch((error) => error instanceof StaleReadingError && stale.abort(error));
  };
  const job = { path: work.file, options: work.options, ...paths };
  const { childEntry: entry } = work;
  return runParseChild({ entry, job, timeLimitMs: TIME_LIMIT_MS, onProgress, signal: stale.signal });
}

/** JSON lines in batches. Split at \n alone: readline also splits at U+2028, which a text may hold. */
async function* batches<T>(file: string): AsyncGenerator<T[]> {
  let batch: T[] = [];
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: 262_144 })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      batch.push(JSON.parse(line) as T);
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

async function finish(deps: WorkerDeps, reading: Reading, summary: IntakeSummary): Promise<void> {
  const { uploaded } = summary.rows;
  const isWhole = await underFence(deps.db, reading, async (tx) => {
    const updated = await tx
      .update(contributions)
      .set({
        status: "ready",
        uploadedRows: uploaded,
        parsedRows: uploaded,
        mapping: storableJson(summary.mapping),
      })
      .where(
        and(
          eq(contributions.id, reading.contributionId),
          sql`${contributions.keptRows} + ${contributions.setAsideRows} = ${uploaded}`,
        ),
      )
      .returning({ id: contributions.id });
    return updated.length === 1;
  });
  // Rows are never lost in silence: a sum that does not hold refuses the file.
  if (!isWhole) {
    await refuse(
      deps,
      reading,
      problem("PARSE_CRASHED", { reason: "the rows that were stored do not add up" }),
    );
  }
}

async function refuse(deps: WorkerDeps, reading: Reading, { code, message, fix }: Problem): Promise<void> {
  await underFence(deps.db, reading, async (tx) => {
    await deleteRows(tx, reading);
    await tx
      .update(contributions)
      .set({ status: "failed", problem: storableJson({ code, message, fix }), parsedRows: 0 })
      .where(eq(contributions.id, reading.contributionId));
  });
}
