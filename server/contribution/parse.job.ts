import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { and, eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { contributions, datanets } from "@/db/schema";
import { toAppError } from "@/server/errors";
import type { JobPayload } from "@/server/jobs/names";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { problem } from "./intake/codes";
import type { IntakeOptions } from "./intake/intake";
import { readUpload, refuse, type Source } from "./read-upload";
import { type Reading, StaleReadingError } from "./store-rows";
import type { StoredInspection } from "./stored-inspection";

const LOCK_POLL_MS = 250;

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
    while (!(await tryLock(lock, contributionId))) await setTimeout(LOCK_POLL_MS);
    const started = await findReading(deps, contributionId, fence);
    if (!started) return;
    const { reading, ...rest } = started;
    const folder = path.resolve(deps.env.DATA_DIR, "tmp", `parse-${contributionId}`);
    try {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await readUpload(deps, reading, { ...rest, folder, childEntry });
    } catch (error) {
      await giveUp(deps, reading, error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Asked again and again: a reading may take longer than a statement may wait. */
async function tryLock(tx: Transaction, contributionId: string): Promise<boolean> {
  const { rows } = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${`parse:${contributionId}`}, 0)) as taken`,
  );
  return rows[0]!.taken;
}

/** A lost database is tried again by the queue; anything else would only break again, so the person is told. */
async function giveUp(deps: WorkerDeps, reading: Reading, error: unknown): Promise<void> {
  if (error instanceof StaleReadingError) return;
  const app = toAppError(error);
  if (app.code === "DB_UNAVAILABLE") throw error;
  console.error(`contribution ${reading.contributionId} could not be read: ${app.log ?? app.message}`);
  const reason = app.code === "NO_SPACE" ? "the disk is full" : "the reader ended unexpectedly";
  await refuse(deps, reading, problem("PARSE_CRASHED", { reason })).catch((later) => {
    if (!(later instanceof StaleReadingError)) throw later;
  });
}

async function findReading(
  deps: WorkerDeps,
  contributionId: string,
  fence: number,
): Promise<(Source & { reading: Reading }) | null> {
  const [row] = await deps.db
    .select({
      contribution: contributions,
      goal: datanets.goal,
      labels: datanets.labels,
      fields: datanets.fields,
    })
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
  const { datanetId, contributorId, fileSha256, fileName, mapping, inspection, repairs } = row.contribution;
  const {
    confirmedEncoding,
    chosenSheet,
    useHeadings,
    mended = [],
  } = (inspection ?? {}) as Partial<StoredInspection>;
  const options: IntakeOptions = {
    name: fileName,
    goal: row.goal,
    labels: row.labels,
    fields: row.fields,
    maxBytes: deps.env.UPLOAD_MAX_BYTES,
    repairs,
    mended: mended.map((one) => ({ path: deps.blobs.path(one.sha256), name: one.fileName })),
    ...(mapping && { mapping }),
    ...(confirmedEncoding && { encoding: confirmedEncoding }),
    ...(chosenSheet !== undefined && { sheet: chosenSheet }),
    ...(useHeadings && { useHeadings }),
  };
  const reading = { contributionId, datanetId, contributorId, fence };
  return { reading, file: deps.blobs.path(fileSha256), options, mended };
}
