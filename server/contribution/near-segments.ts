import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { and, asc, eq, gt, inArray, ne, sql } from "drizzle-orm";
import { contributions, datanets, records } from "@/db/schema";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { hash64 } from "./health/hash64";
import { NearIndex, type Segment } from "./health/near/near-index";
import { nearText, samePrompt } from "./health/report";
import type { Reading } from "./store-rows";

const PAGE = 2_000;
/** A segment's file is named after its contribution. */
const SEGMENT = /^([0-9a-f-]{36})\.seg$/;

const folderOf = (deps: WorkerDeps, datanetId: string) => path.resolve(deps.env.DATA_DIR, "near", datanetId);

/**
 * The index of a Datanet: a segment for each submitted contribution, so that a new file is compared in time
 * proportional to itself. A segment that is missing is made again from the rows.
 */
export async function segmentsOf(
  deps: WorkerDeps,
  { datanetId, contributionId }: Reading,
): Promise<Segment[]> {
  const folder = folderOf(deps, datanetId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const submitted = await deps.db
    .select({ id: contributions.id })
    .from(contributions)
    .where(
      and(
        eq(contributions.datanetId, datanetId),
        ne(contributions.id, contributionId),
        inArray(contributions.status, ["submitted", "reviewed"]),
      ),
    );
  const segments: Segment[] = [];
  for (const { id } of submitted) {
    const file = path.join(folder, `${id}.seg`);
    if (!existsSync(file) || statSync(file).size < 8) await rebuild(deps, id, file, folder);
    segments.push({ contributionId: id, path: file });
  }
  return segments;
}

/** Keeps the segment of a file that was read: it counts as soon as the contribution is submitted. */
export async function keepSegment(deps: WorkerDeps, reading: Reading, from: string): Promise<void> {
  if (!existsSync(from)) return;
  const folder = folderOf(deps, reading.datanetId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(from, path.join(folder, `${reading.contributionId}.seg`));
}

/**
 * Deletes the segments of contributions that are no more (discarded, or read by a worker after they were), if nothing has
 * touched them since `before`. Answers how many.
 */
export async function dropSegments(
  { db, env }: Pick<WorkerDeps, "db" | "env">,
  before: Date,
): Promise<number> {
  const root = path.resolve(env.DATA_DIR, "near");
  const files = await readdir(root, { recursive: true }).catch(() => []);
  const old = new Map<string, string>();
  for (const name of files) {
    const file = path.join(root, name);
    const id = SEGMENT.exec(path.basename(name))?.[1];
    const touched = id && statSync(file, { throwIfNoEntry: false })?.mtime;
    if (touched && touched < before) old.set(id, file);
  }
  if (old.size === 0) return 0;
  const known = await db
    .select({ id: contributions.id })
    .from(contributions)
    .where(sql`${contributions.id} = any(${sql.param([...old.keys()])}::uuid[])`);
  for (const { id } of known) old.delete(id);
  for (const file of old.values()) await rm(file, { force: true });
  return old.size;
}

async function rebuild(
  deps: WorkerDeps,
  contributionId: string,
  file: string,
  folder: string,
): Promise<void> {
  const [datanet] = await deps.db
    .select({ goal: datanets.goal })
    .from(datanets)
    .innerJoin(contributions, eq(contributions.datanetId, datanets.id))
    .where(eq(contributions.id, contributionId));
  const index = new NearIndex(folder);
  const key = new Int32Array(2);
  try {
    for (let after = 0; ; ) {
      const page = await deps.db
        .select()
        .from(records)
        .where(
          and(
            eq(records.contributionId, contributionId),
            gt(records.rowNumber, after),
            ne(records.status, "replaced"),
          ),
        )
        .orderBy(asc(records.rowNumber))
        .limit(PAGE);
      for (const row of page) {
        hash64(samePrompt(row), key);
        index.add(row.rowNumber, nearText(row, datanet?.goal), key[0]!);
        after = row.rowNumber;
      }
      if (page.length < PAGE) break;
    }
    index.finish({ segmentPath: file });
  } finally {
    index.close();
  }
}
