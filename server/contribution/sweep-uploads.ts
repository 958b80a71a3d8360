import { and, eq, inArray, isNotNull, lt, ne, notExists, or, sql } from "drizzle-orm";
import { contributions, uploads } from "@/db/schema";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { dropSegments } from "./near-segments";
import { lockBlob } from "./register";
import { UPLOAD_HOURS } from "./tus/upload-row";

const SWEEP_MS = 60_000;
/** Files that no row names, and rows that name no contribution, are left alone for so long: somebody may be at work. */
const ORPHAN_HOURS = 1;
/** An upload that is over is remembered so long, for a sender whose last answer was lost. */
const KEPT_DAYS = 7;
/** The last byte came so long ago: each one moves the end of the upload to a day from then. */
const silentFor = (hours: number) =>
  lt(uploads.expiresAt, sql`now() + make_interval(hours => ${UPLOAD_HOURS - hours})`);

export type Swept = { expired: number; files: number; blobs: number };
type Deps = Pick<WorkerDeps, "db" | "blobs">;

/** Once a minute, from a loop that runs each second. */
export function uploadSweeper(deps: Deps & Pick<WorkerDeps, "env">): () => Promise<void> {
  let sweptAt = 0;
  return async () => {
    if (Date.now() - sweptAt < SWEEP_MS) return;
    await sweepUploads(deps);
    await dropSegments(deps, new Date(Date.now() - ORPHAN_HOURS * 3_600_000));
    sweptAt = Date.now();
  };
}

/**
 * Ends uploads that nobody goes on with, deletes files that a killed process left behind, and forgets what is over. Safe to
 * run twice and to be killed anywhere.
 */
export async function sweepUploads(deps: Deps, now = new Date()): Promise<Swept> {
  const expired = await expire(deps);
  const files = await dropFiles(deps, new Date(now.getTime() - ORPHAN_HOURS * 3_600_000));
  const blobs = await dropBlobs(deps, now);
  await deps.db
    .delete(uploads)
    .where(and(ne(uploads.status, "sending"), silentFor((KEPT_DAYS + 1) * 24), isUnnamed()));
  return { expired, files, blobs };
}

/** `stored` names the contribution; of any other the blob must be gone first, or nothing would know of it. */
const isUnnamed = () => sql`(${uploads.status} = 'stored' or ${uploads.sha256} is null)`;

async function expire({ db, blobs }: Deps): Promise<number> {
  const over = await db
    .update(uploads)
    .set({ status: "expired" })
    .where(and(eq(uploads.status, "sending"), lt(uploads.expiresAt, sql`now()`)))
    .returning({ id: uploads.id });
  for (const { id } of over) await blobs.parts.remove(id).catch(() => {});
  return over.length;
}

async function dropFiles({ db, blobs }: Deps, before: Date): Promise<number> {
  const parts = (await blobs.parts.list()).filter(({ modifiedAt }) => modifiedAt < before);
  let count = await blobs.dropAbandoned(before);
  if (parts.length === 0) return count;
  const ids = parts.map(({ id }) => id);
  const sending = await db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(inArray(uploads.id, ids), eq(uploads.status, "sending")));
  const isSending = new Set(sending.map(({ id }) => id));
  for (const id of ids.filter((each) => !isSending.has(each))) {
    await blobs.parts.remove(id);
    count += 1;
  }
  return count;
}

/** A file that took its name before its contribution was made, which then never was, or was discarded since. */
async function dropBlobs({ db, blobs }: Deps, now: Date): Promise<number> {
  const orphans = await db
    .selectDistinct({ sha256: uploads.sha256 })
    .from(uploads)
    .where(and(ne(uploads.status, "stored"), isNotNull(uploads.sha256), silentFor(ORPHAN_HOURS)));
  let count = 0;
  for (const { sha256 } of orphans) {
    count += await db.transaction(async (tx) => {
      await lockBlob(tx, sha256!);
      const isMend = sql`${contributions.inspection} -> 'mended' @> ${JSON.stringify([{ sha256 }])}::jsonb`;
      const named = tx
        .select()
        .from(contributions)
        .where(or(eq(contributions.fileSha256, sha256!), isMend));
      const storedAt = await blobs.storedAt(sha256!);
      const of = and(eq(uploads.sha256, sha256!), ne(uploads.status, "stored"));
      const ended = await tx
        .update(uploads)
        .set({ status: "expired", sha256: null })
        .where(and(of, silentFor(ORPHAN_HOURS), notExists(named)))
        .returning({ expiresAt: uploads.expiresAt, id: uploads.id });
      // Nothing to remove: a contribution names it, so the rows only forget it.
      if (ended.length === 0) {
        await tx
          .update(uploads)
          .set({ sha256: null })
          .where(and(of, ne(uploads.status, "sending")));
        return 0;
      }
      for (const { id } of ended) await blobs.parts.remove(id);
      const isInWork = (await tx.select({ id: uploads.id }).from(uploads).where(of)).length > 0;
      if (!storedAt || isInWork || isStoredSince(storedAt, ended, now)) return 0;
      await blobs.remove(sha256!);
      return 1;
    });
  }
  return count;
}

/** Written again by something else than these uploads, as a run's input may be: it is no longer theirs to remove. */
function isStoredSince(storedAt: Date, ended: { expiresAt: Date }[], now: Date): boolean {
  const lastByte = Math.max(...ended.map(({ expiresAt }) => expiresAt.getTime())) - UPLOAD_HOURS * 3_600_000;
  const slack = 10 * 60_000;
  return storedAt.getTime() > lastByte + slack || storedAt > now;
}
