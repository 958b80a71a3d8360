import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { and, countDistinct, eq, sql } from "drizzle-orm";
import { contributions, findings } from "@/db/schema";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { compareWithDatanet } from "./compare-datanet";
import type { Finding } from "./health/findings";
import type { ContributionHealth } from "./health/report";
import { type Problem, problem } from "./intake/codes";
import type { Inspection } from "./intake/inspect";
import type { IntakeOptions, IntakeSummary, SetAside } from "./intake/intake";
import type { IntakeRow } from "./intake/rows";
import { type ParseJob, runParseChild } from "./intake/run-parse-child";
import { keepSegment, segmentsOf } from "./near-segments";
import { storableJson } from "./storable";
import {
  deleteRows,
  type Reading,
  StaleReadingError,
  storeFindings,
  storeKept,
  storeProblems,
  toStoredProblem,
  underFence,
} from "./store-rows";
import { type StoredMend, toStoredInspection } from "./stored-inspection";

const BATCH_ROWS = 1_000;
const PROGRESS_MS = 500;
/**
 * A minute, and a second more for each megabyte (a million rows of 570 MB take 135 s on two cores), at most a quarter of
 * an hour: reading and storing together stay within the queue's half hour a job.
 */
const timeLimitMs = (bytes: number) => Math.min(900_000, 60_000 + bytes / 1_000);

/** A stored file and how to read it. */
export type Source = { file: string; options: IntakeOptions; mended: StoredMend[] };
export type Work = Source & { folder: string; childEntry: string };

/**
 * Inspects and reads in the child, stores in batches and closes the sum.
 * Throws StaleReadingError as soon as the fence was raised.
 */
export async function readUpload(deps: WorkerDeps, reading: Reading, work: Work): Promise<void> {
  await underFence(deps.db, reading, (tx) => deleteRows(tx, reading));
  const keptPath = path.join(work.folder, "kept.jsonl");
  const setAsidePath = path.join(work.folder, "set-aside.jsonl");
  const findingsPath = path.join(work.folder, "findings.jsonl");
  const farPath = path.join(work.folder, "far.jsonl");
  const segmentPath = path.join(work.folder, "own.seg");
  const against = await segmentsOf(deps, reading);
  const near = { folder: work.folder, segmentPath, against };
  const { summary, inspection: found } = await runChild(
    deps,
    reading,
    { ...work, options: { ...work.options, near } },
    { keptPath, setAsidePath, findingsPath, farPath },
  );
  if (found !== null) {
    const inspection = toStoredInspection(found, work.options, work.mended);
    await underFence(deps.db, reading, (tx) =>
      tx.update(contributions).set({ inspection }).where(eq(contributions.id, reading.contributionId)),
    );
  }
  if (summary.problem) return refuse(deps, reading, summary.problem);
  for await (const rows of batches<IntakeRow>(keptPath)) {
    await underFence(deps.db, reading, (tx) => storeKept(tx, reading, rows));
  }
  for await (const rows of batches<SetAside>(setAsidePath)) {
    await underFence(deps.db, reading, (tx) => storeProblems(tx, reading, rows.map(toStoredProblem)));
  }
  for await (const found of batches<Finding>(findingsPath)) {
    await underFence(deps.db, reading, (tx) => storeFindings(tx, reading, found));
  }
  await keepSegment(deps, reading, segmentPath);
  if (summary.health && against.length > 0) {
    const datanet = await compareWithDatanet(deps, reading, farPath, work.options.goal);
    const { uploaded, setAside } = summary.rows;
    // A row may resemble one of its own file and one of the Datanet: it counts once.
    const [alike] = await deps.db
      .select({ rows: countDistinct(findings.row) })
      .from(findings)
      .where(and(eq(findings.contributionId, reading.contributionId), eq(findings.code, "NEAR_DUPLICATE")));
    const seen = Math.max(alike!.rows, summary.health.nearDuplicates);
    const newInformationShare = Math.max(0, 1 - seen / Math.max(1, uploaded - setAside));
    const health: ContributionHealth = { ...summary.health, newInformationShare, datanet };
    summary.health = health;
  }
  await finish(deps, reading, summary);
}

async function runChild(
  deps: WorkerDeps,
  reading: Reading,
  work: Work,
  paths: Pick<ParseJob, "keptPath" | "setAsidePath" | "findingsPath" | "farPath">,
): Promise<{ summary: IntakeSummary; inspection: Inspection | null }> {
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
  let inspection: Inspection | null = null;
  const summary = await runParseChild({
    entry,
    job,
    timeLimitMs: timeLimitMs((await stat(work.file)).size),
    onInspected: (found) => {
      inspection = found;
    },
    onProgress,
    signal: stale.signal,
  });
  return { summary, inspection };
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
        health: storableJson(summary.health),
      })
      .where(
        and(
          eq(contributions.id, reading.contributionId),
          sql`${contributions.keptRows} + ${contributions.repairedRows} + ${contributions.setAsideRows} = ${uploaded}`,
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

/** Ends a reading whose file is refused whole: its sentence stays, no row does. */
export async function refuse(
  deps: WorkerDeps,
  reading: Reading,
  { code, message, fix }: Problem,
): Promise<void> {
  await underFence(deps.db, reading, async (tx) => {
    await deleteRows(tx, reading);
    await tx
      .update(contributions)
      .set({ status: "failed", problem: storableJson({ code, message, fix }), parsedRows: 0, health: null })
      .where(eq(contributions.id, reading.contributionId));
  });
}
