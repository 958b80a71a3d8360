import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase, createPool } from "@/db/client";
import { contributions, uploads } from "@/db/schema";
import { toAppError } from "@/server/errors";
import { FolderBlobStore } from "@/server/storage/blob-store";
import { PartStore } from "@/server/storage/part-store";
import { usedBytes } from "../quota";
import { ann, as, datanetId, db, endWorld, folder, startWorld } from "../test-world";
import { answerTus } from "./answer";
import { metadata, randomOf } from "./test-tus";

beforeAll(startWorld);
afterAll(endWorld);

const LIMITS = { maxBytes: 1_000_000, quotaBytes: 10_000_000 };
const root = () => join(folder, "full");
const parts = () => join(root(), "tmp", "uploads");

/** A disk with room for so many bytes: writes, or what is left of one, fail as a full disk's do. */
function storeWithRoom(room: { bytes: number; failsAtSync?: boolean }, code: string): FolderBlobStore {
  const full = () => Object.assign(new Error(`${code}: no room`), { code });
  const openFull = async (...args: Parameters<typeof open>) => {
    const handle = await open(...args);
    const write = handle.write.bind(handle) as (
      chunk: Uint8Array,
      from: number,
      bytes: number,
      at: number,
    ) => Promise<{ bytesWritten: number }>;
    const stand = {
      write: async (chunk: Uint8Array, from: number, bytes: number, at: number) => {
        if (room.bytes === 0) throw full();
        // A full disk takes what still fits and says so.
        const fitting = Math.min(bytes, room.bytes);
        room.bytes -= fitting;
        return write(chunk, from, fitting, at);
      },
      sync: async () => {
        if (room.failsAtSync) throw full();
        return handle.sync();
      },
      truncate: (bytes: number) => handle.truncate(bytes),
      close: () => handle.close(),
    };
    return stand as unknown as FileHandle;
  };
  return new FolderBlobStore(root(), new PartStore(parts(), { open: openFull as typeof open }));
}

const request = (method: string, headers: Record<string, string>, body?: Uint8Array<ArrayBuffer>) =>
  new Request("http://127.0.0.1:3000/api/uploads/tus", {
    method,
    headers: { "tus-resumable": "1.0.0", ...headers },
    body,
  });
const start = async (ctx: ReturnType<typeof as>, bytes: number) => {
  const headers = { "upload-length": String(bytes), "upload-metadata": metadata({ datanetId }) };
  const response = await answerTus(ctx, request("POST", headers), null, LIMITS);
  return response.headers.get("location")!.split("/").at(-1)!;
};
const patch = (ctx: ReturnType<typeof as>, id: string, offset: number, body: Uint8Array<ArrayBuffer>) => {
  const headers = { "content-type": "application/offset+octet-stream", "upload-offset": String(offset) };
  return answerTus(ctx, request("PATCH", headers, body), id, LIMITS);
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error) => [toAppError(error).status, toAppError(error).code],
  );

test("a disk that fills at any byte is a 507, its bytes are gone, and the quota is not charged", async () => {
  const random = randomOf(23);
  const before = await usedBytes(db, { accountId: ann.id });
  for (let k = 0; k < 24; k++) {
    const content = new Uint8Array(1_000 + random(200_000)).fill(k + 1);
    const room = { bytes: random(content.length), failsAtSync: false };
    if (k % 4 === 0) Object.assign(room, { bytes: content.length, failsAtSync: true });
    const blobs = storeWithRoom(room, ["ENOSPC", "EDQUOT", "EFBIG"][k % 3]!);
    const ctx = { ...as(ann), blobs };
    const id = await start(ctx, content.length);
    expect(await codeOf(patch(ctx, id, 0, content))).toEqual([507, "NO_SPACE"]);
    expect(readdirSync(parts())).toEqual([]);
    const [row] = await db.select().from(uploads).where(eq(uploads.id, id));
    expect(row).toMatchObject({ status: "failed", offsetBytes: 0, problem: { code: "NO_SPACE" } });
    expect(await usedBytes(db, { accountId: ann.id })).toBe(before);
    expect(await codeOf(patch(ctx, id, 0, content))).toEqual([410, "UPLOAD_GONE"]);
  }
});

test("once there is room the same file is stored", async () => {
  const room = { bytes: 500 };
  const ctx = { ...as(ann), blobs: storeWithRoom(room, "ENOSPC") };
  const content = new TextEncoder().encode("question,answer\n".repeat(200));
  expect(await codeOf(patch(ctx, await start(ctx, content.length), 0, content))).toEqual([507, "NO_SPACE"]);
  room.bytes = 1_000_000;
  const response = await patch(ctx, await start(ctx, content.length), 0, content);
  const contributionId = response.headers.get("x-contribution-id")!;
  const [row] = await db.select().from(contributions).where(eq(contributions.id, contributionId));
  expect(row!.fileSha256).toBe(createHash("sha256").update(content).digest("hex"));
  expect(existsSync(ctx.blobs.path(row!.fileSha256))).toBe(true);
});

test("a database that is away is a 503, and the upload goes on where it stood when it is back", async () => {
  const ctx = { ...as(ann), blobs: new FolderBlobStore(root()) };
  const away = { ...ctx, db: createDatabase(createPool("postgres://nobody:nothing@127.0.0.1:1/none")) };
  const content = new Uint8Array(3_000).fill(200);
  const id = await start(ctx, content.length);
  await patch(ctx, id, 0, content.slice(0, 1_000));
  expect(await codeOf(patch(away, id, 1_000, content.slice(1_000)))).toEqual([503, "DB_UNAVAILABLE"]);
  // It goes away while the bytes come: they are on the disk, and nobody has accepted them.
  let calls = 0;
  const leaving = {
    ...ctx,
    db: new Proxy(db, {
      get(target, name) {
        if (name === "transaction" && ++calls > 0) return away.db.transaction.bind(away.db);
        return Reflect.get(target, name);
      },
    }),
  };
  expect(await codeOf(patch(leaving, id, 1_000, content.slice(1_000)))).toEqual([503, "DB_UNAVAILABLE"]);
  expect(calls).toBe(1);
  const head = await answerTus(ctx, request("HEAD", {}), id, LIMITS);
  expect(head.headers.get("upload-offset")).toBe("1000");
  const last = await patch(ctx, id, 1_000, content.slice(1_000));
  expect(last.status).toBe(204);
  const [row] = await db.select().from(uploads).where(eq(uploads.id, id));
  expect(row!.sha256).toBe(createHash("sha256").update(content).digest("hex"));
});
