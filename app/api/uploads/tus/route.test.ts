import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccount, makeContribution, makeDatanet, makeMember } from "@/db/factories";
import { contributions, uploads } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createSession } from "@/server/auth/session";
import { forgetHashes } from "@/server/contribution/tus/hold";
import { checksumOf, cutBody, metadata, randomOf } from "@/server/contribution/tus/test-tus";
import * as one from "./[uploadId]/route";
import { OPTIONS, POST } from "./route";

const MAX_BYTES = 2_000_000;
const QUOTA_BYTES = 200_000_000;
const TUS = { "tus-resumable": "1.0.0" };
const PART = { ...TUS, "content-type": "application/offset+octet-stream" };
const base = "http://127.0.0.1:3000/api/uploads/tus";
const folder = mkdtempSync(join(tmpdir(), "tus-"));
let database: TestDatabase;
let datanetId: string;
let ann: string;
let bob: string;

beforeAll(async () => {
  database = await createTestDatabase();
  // The routes take these from the environment, as they do in the app.
  process.env.DATABASE_URL = database.url;
  process.env.DATA_DIR = folder;
  process.env.UPLOAD_MAX_BYTES = String(MAX_BYTES);
  process.env.STORAGE_QUOTA_BYTES = String(QUOTA_BYTES);
  datanetId = await makeDatanet(database.db, (await makeAccount(database.db)).id);
  ann = await cookieOfMember();
  bob = await cookieOfMember();
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const people = new Map<string, string>();
async function cookieOfMember(): Promise<string> {
  const { id } = await makeMember(database.db, datanetId);
  const cookie = `mf_session=${await createSession(database.db, id, null)}`;
  people.set(cookie, id);
  return cookie;
}

type Sent = {
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  cookie?: string;
};
const request = (method: string, url: string, { headers = TUS, body, cookie = ann }: Sent) =>
  new Request(url, { method, headers: { cookie, ...headers }, body, duplex: "half" } as RequestInit);

const create = (bytes: number | string, sent: Sent = {}, name = "rows.csv") =>
  POST(
    request("POST", base, {
      ...sent,
      headers: {
        ...TUS,
        "upload-length": String(bytes),
        "upload-metadata": metadata({ filename: name, datanetId }),
        ...sent.headers,
      },
    }),
  );
const createId = async (bytes: number, sent: Sent = {}, name?: string) => {
  const response = await create(bytes, sent, name);
  expect(response.status).toBe(201);
  return response.headers.get("location")!.split("/").at(-1)!;
};
const call = (method: "HEAD" | "PATCH" | "DELETE" | "POST", id: string, sent: Sent = {}) =>
  one[method](request(method, `${base}/${id}`, sent), { params: Promise.resolve({ uploadId: id }) });
const patch = (
  id: string,
  offset: number,
  body: Sent["body"],
  headers: Record<string, string> = {},
  cookie = ann,
) => call("PATCH", id, { headers: { ...PART, "upload-offset": String(offset), ...headers }, body, cookie });
const offsetOf = async (id: string, cookie = ann) => {
  const response = await call("HEAD", id, { cookie });
  return response.status === 200 ? Number(response.headers.get("upload-offset")) : response.status;
};
const errorOf = async (response: Response) => [response.status, (await response.json()).error.code];
const rowOf = async (id: string) => (await database.db.select().from(uploads).where(eq(uploads.id, id)))[0]!;
const partOf = (id: string) => join(folder, "blobs", "tmp", "uploads", id);
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const blobOf = (hash: string) => join(folder, "blobs", "sha256", hash.slice(0, 2), hash);

let serial = 0;
/** A file that no other test sends. */
function fileOf(bytes: number, seed = 0): Uint8Array<ArrayBuffer> {
  serial += 1;
  const random = randomOf(seed * 10_007 + serial);
  const content = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) content[i] = random(256);
  content.set(Buffer.from(`${serial},`).subarray(0, bytes));
  return content;
}

test("a file sent in two parts becomes a contribution under its hash", async () => {
  const content = fileOf(10_000);
  const id = await createId(content.length, {}, "räven.csv");
  const first = await patch(id, 0, content.slice(0, 4_000));
  expect([first.status, first.headers.get("upload-offset")]).toEqual([204, "4000"]);
  expect(new Date(first.headers.get("upload-expires")!).getTime()).toBeGreaterThan(
    Date.now() + 23 * 3_600_000,
  );
  expect(await offsetOf(id)).toBe(4_000);
  const last = await patch(id, 4_000, content.slice(4_000));
  expect([last.status, last.headers.get("upload-offset")]).toEqual([204, "10000"]);
  const contributionId = last.headers.get("x-contribution-id")!;
  const [row] = await database.db.select().from(contributions).where(eq(contributions.id, contributionId));
  expect(row).toMatchObject({ fileName: "räven.csv", fileSha256: sha256(content), fileBytes: 10_000 });
  expect(row).toMatchObject({ licence: "CC-BY-4.0", status: "parsing", datanetId });
  expect(readFileSync(blobOf(sha256(content))).equals(content)).toBe(true);
  expect(existsSync(partOf(id))).toBe(false);
  expect((await call("HEAD", id)).headers.get("x-contribution-id")).toBe(contributionId);
});

test("100 uploads, each cut at random bytes and with restarts in between, end with the hash of their file", async () => {
  const random = randomOf(5);
  let cuts = 0;
  for (let each = 0; each < 100; each++) {
    const content = fileOf(1 + random(60_000), each);
    const id = await createId(content.length);
    for (let k = random(4); k > 0; k--) {
      const at = Number(await offsetOf(id));
      const bytes = random(content.length - at);
      const response = await patch(id, at, cutBody(content.slice(at), bytes, 1 + random(9_000)));
      expect(await errorOf(response)).toEqual([400, "UPLOAD_CUT"]);
      expect(await offsetOf(id)).toBe(at + bytes);
      cuts += 1;
      if (random(2) === 0) forgetHashes();
      // A process that was killed leaves bytes that nobody accepted.
      if (random(3) === 0) writeFileSync(partOf(id), fileOf(1 + random(500)), { flag: "a" });
      // An operating system that died has lost some that were.
      if (random(3) === 0 && existsSync(partOf(id)))
        truncateSync(partOf(id), random(statSync(partOf(id)).size + 1));
    }
    const at = Number(await offsetOf(id));
    const last = await patch(id, at, content.slice(at));
    expect(last.status).toBe(204);
    expect((await rowOf(id)).sha256).toBe(sha256(content));
    expect(readFileSync(blobOf(sha256(content))).equals(content)).toBe(true);
  }
  expect(cuts).toBeGreaterThan(100);
}, 120_000);
