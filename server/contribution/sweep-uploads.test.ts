import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contributions, uploads } from "@/db/schema";
import { discardContribution } from "./discard";
import { dropSegments } from "./near-segments";
import { sweepUploads } from "./sweep-uploads";
import {
  ann,
  as,
  blobs,
  bob,
  datanetId,
  db,
  endWorld,
  folder,
  read,
  startWorld,
  unique,
  upload,
} from "./test-world";
import { insertUpload, newUploadId } from "./tus/upload-row";

beforeAll(startWorld);
afterAll(endWorld);

const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const rowOf = async (id: string) => (await db.select().from(uploads).where(eq(uploads.id, id)))[0];

/** An upload that got its last byte so many hours ago. */
async function makeUpload(hours: number, over: object = {}) {
  const { datanetId } = (
    await db.select({ datanetId: contributions.datanetId }).from(contributions).limit(1)
  )[0]!;
  const id = newUploadId();
  await insertUpload(as(ann), {
    id,
    datanetId,
    taskId: null,
    fileName: "rows.csv",
    totalBytes: 100,
    ...over,
  });
  await silence(id, hours);
  return id;
}
const silence = (id: string, hours: number) =>
  db
    .update(uploads)
    .set({ expiresAt: sql`now() + make_interval(mins => ${(24 - hours) * 60})` })
    .where(eq(uploads.id, id));

function makePart(id: string, hours: number): string {
  const file = blobs.parts.path(id);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, randomBytes(10));
  utimesSync(file, ago(hours), ago(hours));
  return file;
}

/** A file under its hash that no contribution names, as a kill between the two leaves it. */
function makeOrphan(hours: number): { hash: string; text: string } {
  const text = unique("question,answer\nq,a");
  const hash = sha256(text);
  mkdirSync(dirname(blobs.path(hash)), { recursive: true });
  writeFileSync(blobs.path(hash), text);
  utimesSync(blobs.path(hash), ago(hours), ago(hours));
  return { hash, text };
}

const uploadIdOf = async (contributionId: string) =>
  (await db.select({ id: uploads.id }).from(uploads).where(eq(uploads.contributionId, contributionId)))[0]!
    .id;

test("an upload that nobody has gone on with for a day ends, one with a byte in that day stays", async () => {
  await upload(ann, unique("question,answer\nfirst,a"));
  const [over, live] = [await makeUpload(25), await makeUpload(23)];
  const files = [makePart(over, 25), makePart(live, 23)];
  expect((await sweepUploads({ db, blobs })).expired).toBe(1);
  expect([(await rowOf(over))!.status, (await rowOf(live))!.status]).toEqual(["expired", "sending"]);
  expect(files.map((file) => existsSync(file))).toEqual([false, true]);
});

test("files that no row names go after an hour, not before", async () => {
  const young = makePart(newUploadId(), 0.9);
  const old = makePart(newUploadId(), 1.1);
  const tmp = join(folder, "blobs", "tmp");
  const [received, receiving] = [join(tmp, "a-killed-receive"), join(tmp, "a-receive-under-way")];
  writeFileSync(received, "x");
  utimesSync(received, ago(2), ago(2));
  writeFileSync(receiving, "x");
  expect((await sweepUploads({ db, blobs })).files).toBe(2);
  expect([young, old, received, receiving].map((file) => existsSync(file))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(await sweepUploads({ db, blobs })).toEqual({ expired: 0, files: 0, blobs: 0 });
});

test("a file that took its name and never got its contribution goes after an hour; sent again it is stored once", async () => {
  const young = makeOrphan(0.5);
  const old = makeOrphan(2);
  const done = { offsetBytes: 100 };
  const ids = [
    await makeUpload(0.5, { ...done, sha256: young.hash }),
    await makeUpload(2, { ...done, sha256: old.hash }),
  ];
  expect((await sweepUploads({ db, blobs })).blobs).toBe(1);
  expect([await blobs.has(young.hash), await blobs.has(old.hash)]).toEqual([true, false]);
  expect(await rowOf(ids[1]!)).toMatchObject({ status: "expired", sha256: null });
  for (const { hash, text } of [young, old]) {
    const { contributionId } = await upload(ann, text);
    const [row] = await db.select().from(contributions).where(eq(contributions.id, contributionId));
    expect(row!.fileSha256).toBe(hash);
    expect((await blobs.get(hash)).toString()).toBe(text);
  }
  // The upload that was cut stands beside a contribution of the same file now; its end takes nothing from it.
  await silence(ids[0]!, 30);
  await sweepUploads({ db, blobs });
  expect(await blobs.has(young.hash)).toBe(true);
  expect(readdirSync(dirname(blobs.path(young.hash)))).toContain(young.hash);
});

test("a file that something else has stored since stays", async () => {
  const { hash, text } = makeOrphan(5);
  await makeUpload(5, { sha256: hash });
  await blobs.put(text);
  await sweepUploads({ db, blobs });
  expect(await blobs.has(hash)).toBe(true);
});

test("a discarded file goes after an hour, unless another person's contribution is the same file", async () => {
  const [alone, shared] = [unique("question,answer\nalone,a"), unique("question,answer\nshared,a")];
  const mine = [await read(ann, alone), await read(ann, shared)];
  await read(bob, shared);
  const ids = await Promise.all(mine.map(uploadIdOf));
  for (const contributionId of mine) await discardContribution(as(ann), { contributionId });
  await sweepUploads({ db, blobs });
  expect([await blobs.has(sha256(alone)), await blobs.has(sha256(shared))]).toEqual([true, true]);
  for (const id of ids) {
    utimesSync(blobs.path(sha256(id === ids[0] ? alone : shared)), ago(2), ago(2));
    await silence(id, 2);
  }
  await sweepUploads({ db, blobs });
  expect([await blobs.has(sha256(alone)), await blobs.has(sha256(shared))]).toEqual([false, true]);
});

test("the near-duplicate segment of a discarded contribution goes, a waiting one's stays", async () => {
  const [gone, kept] = [
    await read(ann, unique("question,answer\ngone,a")),
    await read(ann, unique("question,answer\nkept,a")),
  ];
  const segments = [gone, kept].map((id) => join(folder, "near", datanetId, `${id}.seg`));
  expect(segments.map((file) => existsSync(file))).toEqual([true, true]);
  await discardContribution(as(ann), { contributionId: gone });
  const deps = { db, env: { DATA_DIR: folder } } as never;
  // Somebody may still be writing it.
  expect(await dropSegments(deps, ago(1))).toBe(0);
  for (const file of segments) utimesSync(file, ago(2), ago(2));
  expect(await dropSegments(deps, ago(1))).toBe(1);
  expect(segments.map((file) => existsSync(file))).toEqual([false, true]);
});

test("what is over is forgotten after a week", async () => {
  const contributionId = await read(ann, unique("question,answer\nweek,a"));
  const ids = [await uploadIdOf(contributionId), await makeUpload(24 * 9, { sha256: null })];
  await silence(ids[0]!, 24 * 9);
  await sweepUploads({ db, blobs });
  expect(await Promise.all(ids.map(rowOf))).toEqual([undefined, undefined]);
  expect(await db.$count(contributions, eq(contributions.id, contributionId))).toBe(1);
});
