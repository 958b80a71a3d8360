import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { and, eq, gt, sql } from "drizzle-orm";
import { auditLog } from "@/db/schema";
import type { Goal } from "@/db/schema/datanet.constants";
import { appendAudit } from "@/server/audit/append";
import type { WorkerDeps } from "@/server/jobs/worker-deps";
import { type Finding, finding } from "./health/findings";
import { ShingleCounts, threshold } from "./health/near/likeness";
import type { FarCandidate } from "./health/near/near-index";
import { shingle } from "./health/near/shingles";
import { nearFinding, nearText, rounded, samePrompt } from "./health/report";
import { type Reading, storeFindings, underFence } from "./store-rows";

const BATCH = 2_000;
/** Readings of one person that are told about the locked test in a day: it must not be felt out row by row. */
const TEST_CHECKS_A_DAY = 40;
const TEST_CHECK = "contribution.test-check";

type Text = { prompt: string; answer: string; system: string };
type Other = Text & { contributionId: string; row: number; isTest: boolean };
export type DatanetCounts = { nearDuplicates: number; samePrompts: number; testOverlaps: number | null };

/**
 * Compares the candidates that the child found with the texts themselves. A row close to a locked test question
 * gets a yes and nothing else: neither which question, nor how close. Of a person's readings beyond the day's number
 * a row is near "a row of this Datanet", and nothing tells whether that is a test question.
 */
export async function compareWithDatanet(
  deps: WorkerDeps,
  reading: Reading,
  farPath: string,
  goal: Goal | undefined,
): Promise<DatanetCounts> {
  const mayTellTest = await countTestCheck(deps, reading);
  const found = { near: new Set<number>(), same: new Set<number>(), test: new Set<number>() };
  const take = async (batch: FarCandidate[]) => {
    const findings = await compareBatch(deps, reading, batch, goal, mayTellTest, found);
    await underFence(deps.db, reading, (tx) => storeFindings(tx, reading, findings));
  };
  let batch: FarCandidate[] = [];
  for await (const line of createInterface({ input: createReadStream(farPath) })) {
    batch.push(JSON.parse(line) as FarCandidate);
    if (batch.length < BATCH) continue;
    await take(batch);
    batch = [];
  }
  if (batch.length > 0) await take(batch);
  return {
    nearDuplicates: found.near.size,
    samePrompts: found.same.size,
    testOverlaps: mayTellTest ? found.test.size : null,
  };
}

/** Whether this person may be told about the test once more today; counted where nobody can take it back. */
async function countTestCheck(
  deps: WorkerDeps,
  { contributionId, contributorId }: Reading,
): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const since = sql`now() - interval '1 day'`;
    const used = await tx.$count(
      auditLog,
      and(
        eq(auditLog.actorId, contributorId),
        eq(auditLog.action, TEST_CHECK),
        gt(auditLog.createdAt, since),
      ),
    );
    if (used >= TEST_CHECKS_A_DAY) return false;
    await appendAudit(tx, {
      actorId: contributorId,
      action: TEST_CHECK,
      subject: `contribution:${contributionId}`,
      data: {},
    });
    return true;
  });
}

async function compareBatch(
  deps: WorkerDeps,
  reading: Reading,
  batch: readonly FarCandidate[],
  goal: Goal | undefined,
  mayTellTest: boolean,
  found: { near: Set<number>; same: Set<number>; test: Set<number> },
): Promise<Finding[]> {
  const own = await ownTexts(deps, reading, batch);
  const others = await otherTexts(deps, batch);
  const shingles = new Shingles(goal);
  for (const text of [...own.values(), ...others.values()]) shingles.count(text);
  const findings: Finding[] = [];
  const once = (seen: Set<number>, row: number, make: () => Finding) => {
    if (seen.has(row)) return;
    seen.add(row);
    findings.push(make());
  };
  for (const { row, contributionId, otherRow } of batch) {
    const mine = own.get(row);
    const other = others.get(`${contributionId} ${otherRow}`);
    if (!mine || !other) continue;
    const likeness = shingles.likeness(mine, other);
    const isSame = samePrompt(mine) === samePrompt(other);
    if (likeness === null && !isSame) continue;
    const pair = mayTellTest ? { contributionId, otherRow } : {};
    if (other.isTest && mayTellTest) once(found.test, row, () => overlapFinding(row));
    else if (likeness !== null)
      once(found.near, row, () =>
        nearOther(row, mayTellTest ? { ...pair, likeness: rounded(likeness) } : {}),
      );
    else once(found.same, row, () => sameFinding(row, pair));
  }
  return findings;
}

const overlapFinding = (row: number) =>
  finding(
    "TEST_OVERLAP",
    { row },
    {
      message: `Row ${row} is too close to the locked test.`,
      fix: "Leave it out; trained on, it would make the test worth nothing.",
    },
  );

const nearOther = (row: number, detail: Record<string, unknown>) =>
  nearFinding(row, "prompt", "a row of this Datanet", detail);

const sameFinding = (row: number, detail: Record<string, unknown>) =>
  finding(
    "SAME_PROMPT",
    { row, column: "prompt" },
    {
      message: `Row ${row} asks the same as a row of this Datanet and is answered differently.`,
      fix: "Keep it where both answers are right; else leave it out.",
      detail,
    },
  );

async function ownTexts(deps: WorkerDeps, { contributionId }: Reading, batch: readonly FarCandidate[]) {
  const rows = [...new Set(batch.map(({ row }) => row))];
  const found = await deps.db.execute<Text & { row: number }>(sql`
    select row_number as row, prompt, answer, system from records
    where contribution_id = ${contributionId} and row_number = any(${sql.param(rows)}::int[])`);
  return new Map(found.rows.map((text) => [text.row, text]));
}

/** Rows of others that are in the Datanet now, and whether a version keeps them as a test question. */
async function otherTexts(deps: WorkerDeps, batch: readonly FarCandidate[]) {
  const keys = [...new Set(batch.map(({ contributionId, otherRow }) => `${contributionId} ${otherRow}`))];
  const ids = keys.map((key) => key.split(" ")[0]!);
  const rows = keys.map((key) => Number(key.split(" ")[1]));
  const found = await deps.db.execute<{
    contribution_id: string;
    row: number;
    prompt: string;
    answer: string;
    system: string;
    is_test: boolean;
  }>(sql`
    select r.contribution_id, r.row_number as row, r.prompt, r.answer, r.system,
      exists (select 1 from snapshot_records s where s.record_id = r.id and s.side = 'test') as is_test
    from unnest(${sql.param(ids)}::uuid[], ${sql.param(rows)}::int[]) k(id, row)
    join records r on r.contribution_id = k.id and r.row_number = k.row
    where r.status in ('pending', 'accepted', 'sent_back')`);
  return new Map(
    found.rows.map(({ contribution_id, is_test, ...text }): [string, Other] => [
      `${contribution_id} ${text.row}`,
      { ...text, contributionId: contribution_id, isTest: is_test },
    ]),
  );
}

/** Shingles of the texts of one batch, and how common each is among them. */
class Shingles {
  private readonly goal: Goal | undefined;
  private readonly counts = [new ShingleCounts(), new ShingleCounts()];

  constructor(goal: Goal | undefined) {
    this.goal = goal;
  }

  count(text: Text): void {
    shingle(nearText(text, this.goal), ({ kind, hashes }) => this.counts[kind]!.add(hashes));
  }

  /** The likeness where it is a near-duplicate's, else null. */
  likeness(a: Text, b: Text): number | null {
    const sets: { words: number; hashes: Int32Array }[] = [];
    shingle(nearText(a, this.goal), ({ kind, words, hashes }) => {
      sets[kind] = { words, hashes: hashes.slice() };
    });
    let best: number | null = null;
    shingle(nearText(b, this.goal), ({ kind, words, hashes }) => {
      const mine = sets[kind];
      if (!mine) return;
      const likeness = this.counts[kind]!.likeness(mine.hashes, hashes);
      if (likeness >= threshold(kind, Math.min(words, mine.words))) best = Math.max(best ?? 0, likeness);
    });
    return best;
  }
}
