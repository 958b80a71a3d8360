import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { sha256Hex } from "@/server/chain/hash";
import { intakeFile } from "@/server/contribution/intake/intake";
import type { IntakeRow } from "@/server/contribution/intake/rows";
import type { Sample } from "./catalogue";
import { sampleIds } from "./ids";

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
/** run.json of a shipped run folder: what was run, on what, and the SHA-256 of every file it read and made. */
export const SampleRun = z.object({
  format: z.literal("modelfactory.sample-run/1"),
  sample: z.string(),
  base: z.object({ id: z.string(), name: z.string(), hash: Hash }),
  preset: z.string(),
  seed: z.int(),
  config: z.record(z.string(), z.unknown()),
  data: z.record(z.string(), Hash),
  splitSha256: Hash,
  inputs: z.object({ train: Hash, validation: Hash, test: Hash }),
  artifacts: z.record(z.string(), Hash),
  generations: Hash,
  events: Hash,
  stageSeconds: z.record(z.string(), z.number()),
  madeAt: z.iso.datetime(),
});
export type SampleRun = z.infer<typeof SampleRun>;

const SampleEvent = z.object({
  stage: z.string(),
  seq: z.int(),
  attempt: z.int(),
  type: z.string(),
  level: z.string(),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
  createdAt: z.string(),
});
export type SampleEvent = z.infer<typeof SampleEvent>;

export type SampleFile = { contributor: string; name: string; content: Buffer; sha256: string };
export type SampleRow = IntakeRow & { id: string; contributor: string };
export type SampleFolder = {
  run: SampleRun;
  files: SampleFile[];
  rows: SampleRow[];
  /** By artifact name, each re-hashed. */
  artifacts: Map<string, Buffer>;
  generations: { text: string }[];
  events: SampleEvent[];
};

/** A shipped sample that is not what its run.json says. `message` is a sentence. */
export class SampleRefused extends Error {}

/** Reads samples/KEY whole and hashes every file again. Throws SampleRefused for a missing or changed one. */
export async function readSampleFolder(root: string, sample: Sample): Promise<SampleFolder> {
  const dir = path.join(root, sample.key);
  const run = parseRun(sample, await read(sample, dir, path.join("run", "run.json")));
  const files = await readSampleFiles(root, sample);
  for (const { name, sha256 } of files) requireHash(sample, `data/${name}`, sha256, run.data[name]);
  const artifacts = new Map<string, Buffer>();
  for (const [name, sha256] of Object.entries(run.artifacts)) {
    artifacts.set(name, await readHashed(sample, dir, path.join("run", name), sha256));
  }
  const json = async (name: string, sha256: string) =>
    (await readHashed(sample, dir, path.join("run", name), sha256)).toString("utf8");
  const generations = JSON.parse(await json("generations.json", run.generations)) as { text: string }[];
  const events = (await json("events.jsonl", run.events))
    .trim()
    .split("\n")
    .map((line) => SampleEvent.parse(JSON.parse(line)));
  return { run, files, rows: await readSampleRows(sample, root), artifacts, generations, events };
}

/** The contributors' files as they lie in samples/KEY/data. */
export async function readSampleFiles(root: string, sample: Sample): Promise<SampleFile[]> {
  const dir = path.join(root, sample.key);
  return Promise.all(
    sample.contributors.map(async (contributor) => {
      const name = `${contributor}.csv`;
      const content = await read(sample, dir, path.join("data", name));
      return { contributor, name, content, sha256: sha256Hex(content) };
    }),
  );
}

/** The rows by the app's own intake, with the ids they have on every installation. Every row must be kept. */
export async function readSampleRows(sample: Sample, root: string): Promise<SampleRow[]> {
  const ids = sampleIds(sample.key);
  const rows: SampleRow[] = [];
  for (const contributor of sample.contributors) {
    const file = path.join(root, sample.key, "data", `${contributor}.csv`);
    const result = await intakeFile(file, { goal: sample.goal, labels: sample.labels });
    if (result.problem || result.rows.setAside > 0) {
      throw refused(sample, `data/${contributor}.csv has rows that the app's own reading sets aside`);
    }
    for (const row of result.kept) {
      rows.push({ ...row, id: ids.record(contributor, row.rowNumber), contributor });
    }
  }
  return rows;
}

function parseRun(sample: Sample, content: Buffer): SampleRun {
  const parsed = SampleRun.safeParse(JSON.parse(content.toString("utf8")));
  if (!parsed.success || parsed.data.sample !== sample.key)
    throw refused(sample, "run/run.json is not of this sample");
  return parsed.data;
}

async function read(sample: Sample, dir: string, name: string): Promise<Buffer> {
  return readFile(path.join(dir, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw refused(sample, `${name} is missing`);
    throw error;
  });
}

async function readHashed(sample: Sample, dir: string, name: string, expected: string): Promise<Buffer> {
  const content = await read(sample, dir, name);
  requireHash(sample, name, sha256Hex(content), expected);
  return content;
}

/** Throws SampleRefused unless both are the same. */
export function requireHash(
  sample: Sample,
  what: string,
  actual: string | null,
  expected: string | undefined,
): void {
  if (actual !== null && actual === expected) return;
  throw refused(
    sample,
    `${what} has the hash ${actual?.slice(0, 12) ?? "none"}…, but ${expected?.slice(0, 12) ?? "none"}… was shipped`,
  );
}

const refused = (sample: Sample, reason: string) =>
  new SampleRefused(
    `The sample "${sample.name}" is not shown: ${reason}. Get the folder samples/${sample.key} again, or make it with node scripts/samples/make-run.mjs ${sample.key}.`,
  );
