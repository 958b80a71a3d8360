import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eq } from "drizzle-orm";
import { type BuildOptions, build } from "esbuild";
import type { Database } from "@/db/client";
import { makeAccount, makeDatanet, makeMember } from "@/db/factories";
import { contributions, records, rowProblems } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { FolderBlobStore } from "@/server/storage/blob-store";
import type { SignedInContext } from "@/server/trpc";
import { mendContribution } from "./mend";
import { parseContribution } from "./parse.job";
import { getContribution } from "./queries";
import { uploadContribution } from "./upload";

/** What the tests of contributions share: a Datanet with two members, and a worker in this process. */
export type Person = { id: string; address: `0x${string}` };

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Bundles TypeScript for a child process, as `npm start` bundles the worker and its child. */
export async function bundleForTest(
  outfile: string,
  source: Pick<BuildOptions, "entryPoints" | "stdin">,
): Promise<string> {
  await build({
    ...source,
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    alias: { "@": root },
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  return outfile;
}

export const bundleParseChild = (folder: string) =>
  bundleForTest(join(folder, "parse-child.mjs"), {
    entryPoints: [join(root, "server/contribution/intake/parse-child.ts")],
  });

export const folder = mkdtempSync(join(tmpdir(), "contribution-"));
export const blobs = new FolderBlobStore(join(folder, "blobs"));
export let database: TestDatabase;
export let db: Database;
let childEntry: string;
export let datanetId: string;
export let ann: Person;
export let bob: Person;

export async function startWorld(): Promise<void> {
  [database, childEntry] = await Promise.all([createTestDatabase(), bundleParseChild(folder)]);
  db = database.db;
  datanetId = await makeDatanet(db, (await makeAccount(db)).id);
  ann = await makeMember(db, datanetId, false, "Ann");
  bob = await makeMember(db, datanetId, false, "Bob");
}

export async function endWorld(): Promise<void> {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
}

export const as = (person: Person): SignedInContext => ({
  db,
  blobs,
  actor: { accountId: person.id, address: person.address, sessionHash: "" },
  requestId: "test",
  browser: null,
  userAgent: null,
  setCookie: () => {},
});

async function* pieces(text: string | Buffer, size = 7) {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

export const upload = (person: Person, text: string | Buffer, over: object = {}) =>
  uploadContribution(as(person), {
    datanetId,
    fileName: "rows.csv",
    content: pieces(text),
    declaredBytes: null,
    maxBytes: 10_000_000,
    quotaBytes: 1_000_000_000,
    ...over,
  });

/** What POST /api/contributions/ID/mend does. */
export const mend = (person: Person, contributionId: string, text: string | Buffer, over: object = {}) =>
  mendContribution(
    as(person),
    { dataDir: folder, childEntry },
    {
      contributionId,
      fileName: "mended.csv",
      content: pieces(text, 1_000),
      declaredBytes: null,
      maxBytes: 10_000_000,
      quotaBytes: 1_000_000_000,
      ...over,
    },
  );

/** What the worker would do with the queued job. */
export async function parse(contributionId: string, fence?: number) {
  const env = { DATA_DIR: folder, UPLOAD_MAX_BYTES: 10_000_000 } as never;
  const [row] = await db
    .select({ fence: contributions.fence })
    .from(contributions)
    .where(eq(contributions.id, contributionId));
  await parseContribution(
    { db, blobs, env, runner: null as never },
    { contributionId, fence: fence ?? row?.fence ?? 1 },
    childEntry,
  );
}

export async function read(person: Person, text: string | Buffer, over: object = {}) {
  const { contributionId } = await upload(person, text, over);
  await parse(contributionId);
  return contributionId;
}

/** Words that no other test's rows hold. */
let serial = 0;
export const unique = (text = "row") => {
  serial += 1;
  return `${text} ${serial}`;
};
export const csv = (rows: number, header = "question,answer") =>
  [header, ...Array.from({ length: rows }, () => `${unique("What is")}?,${unique("it is")}`)].join("\n");

export const get = (person: Person, contributionId: string) => getContribution(as(person), contributionId);
export const rowsOf = (contributionId: string) =>
  db.select().from(records).where(eq(records.contributionId, contributionId)).orderBy(records.rowNumber);
export const problemsOf = async (contributionId: string) => {
  const rows = await db
    .select()
    .from(rowProblems)
    .where(eq(rowProblems.contributionId, contributionId))
    .orderBy(rowProblems.row);
  return rows.map(({ row, code }) => `${row} ${code}`);
};
export const text = async (lines: AsyncIterable<string>) => {
  let all = "";
  for await (const line of lines) all += line;
  return all;
};
