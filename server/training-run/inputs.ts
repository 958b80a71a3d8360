import { and, asc, eq, ne } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { records, snapshotRecords } from "@/db/schema";
import type { Goal } from "@/db/schema/datanet.constants";
import type { BlobStore } from "@/server/storage/blob-store";

type InputRow = {
  id: string;
  prompt: string;
  answer: string;
  system: string;
  category: string;
  contributor: string;
  contribution: string;
  cluster: string;
};
type TestRow = InputRow & { sealed: boolean; answers?: string[] };

export type RunInputs = { train: string; validation: string; test: string };

/**
 * Writes the three sides of a version as JSONL blobs, rows in leaf order, so that every run on a version reads the
 * very same files. `inputs` are their SHA-256, `items` the number of test questions.
 */
export async function buildInputs(
  db: DatabaseOrTransaction,
  blobs: BlobStore,
  snapshotId: string,
  goal: Goal,
): Promise<{ inputs: RunInputs; items: number }> {
  const rows = await db
    .select({
      side: snapshotRecords.side,
      sealed: snapshotRecords.sealed,
      cluster: snapshotRecords.cluster,
      id: records.id,
      prompt: records.prompt,
      answer: records.answer,
      system: records.system,
      category: records.category,
      contributor: records.contributorId,
      contribution: records.contributionId,
    })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .where(eq(snapshotRecords.snapshotId, snapshotId))
    .orderBy(asc(snapshotRecords.leaf));

  const accepted = goal === "answer" ? answersByQuestion(rows) : new Map<string, string[]>();
  const sides: { train: InputRow[]; validation: InputRow[]; test: TestRow[] } = {
    train: [],
    validation: [],
    test: [],
  };
  for (const { side, sealed, ...row } of rows) {
    if (side === "test") {
      const answers = accepted.get(question(row)) ?? [];
      sides.test.push(answers.length > 1 ? { ...row, sealed, answers } : { ...row, sealed });
    } else if (side !== "removed") {
      sides[side].push(row);
    }
  }
  const store = async (lines: InputRow[]) =>
    (await blobs.put(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))).sha256;
  return {
    inputs: {
      train: await store(sides.train),
      validation: await store(sides.validation),
      test: await store(sides.test),
    },
    items: sides.test.length,
  };
}

const question = (row: { prompt: string; system: string }) =>
  JSON.stringify([row.system.trim(), row.prompt.trim().toLowerCase()]);

/** Every accepted answer to the same question: a question may have several right ones, wherever their rows went. */
function answersByQuestion(
  rows: { prompt: string; system: string; answer: string }[],
): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  for (const row of rows) {
    const given = answers.get(question(row)) ?? [];
    if (!given.includes(row.answer)) answers.set(question(row), [...given, row.answer].sort());
  }
  return answers;
}

/** The questions of a test that may be shown; the sealed ones count in totals only. */
export async function shownTestItems(db: DatabaseOrTransaction, snapshotId: string): Promise<Set<string>> {
  const rows = await db
    .select({ id: snapshotRecords.recordId })
    .from(snapshotRecords)
    .where(
      and(
        eq(snapshotRecords.snapshotId, snapshotId),
        eq(snapshotRecords.side, "test"),
        ne(snapshotRecords.sealed, true),
      ),
    );
  return new Set(rows.map((row) => row.id));
}
