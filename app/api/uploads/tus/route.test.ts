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
import { DELETE, HEAD, PATCH, POST as postOne } from "./[uploadId]/route";
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
const handlers = { HEAD, PATCH, DELETE, POST: postOne };
const call = (method: "HEAD" | "PATCH" | "DELETE" | "POST", id: string, sent: Sent = {}) =>
  handlers[method](request(method, `${base}/${id}`, sent), { params: Promise.resolve({ uploadId: id }) });
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

test("row 30: a wrong offset is a 409 with the right one, and changes nothing", async () => {
  const random = randomOf(7);
  const content = fileOf(5_000);
  const id = await createId(content.length);
  for (const at of [0, 1_700, 3_400]) {
    for (let k = 0; k < 8; k++) {
      const wrong = (at + 1 + random(content.length)) % (content.length + 1);
      if (wrong === at) continue;
      const response = await patch(id, wrong, content.slice(0, 10));
      expect(response.headers.get("upload-offset")).toBe(String(at));
      expect([response.status, (await response.json()).error]).toMatchObject([
        409,
        {
          code: "UPLOAD_OFFSET",
          message: expect.stringContaining(`, not at ${wrong.toLocaleString("en")}.`),
          fix: "Go on from the offset in the header Upload-Offset.",
        },
      ]);
    }
    expect(await offsetOf(id)).toBe(at);
    const end = Math.min(at + 1_700, content.length);
    expect((await patch(id, at, content.slice(at, end))).status).toBe(204);
  }
  expect((await rowOf(id)).sha256).toBe(sha256(content));
});

test("row 31: a wrong checksum is a 460, the bytes are thrown away, and the right ones follow", async () => {
  const random = randomOf(11);
  for (const algorithm of ["sha1", "sha256", "md5"]) {
    const content = fileOf(4_000);
    const id = await createId(content.length);
    let at = 0;
    while (at < content.length) {
      const end = Math.min(at + 1 + random(2_000), content.length);
      const spoilt = content.slice(at, end);
      spoilt[random(spoilt.length)]! ^= 1 << random(8);
      const headers = { "upload-checksum": checksumOf(content.slice(at, end), algorithm) };
      const refused = await patch(id, at, spoilt, headers);
      expect([refused.status, (await refused.json()).error]).toMatchObject([
        460,
        {
          code: "UPLOAD_CHECKSUM",
          message: "The bytes that arrived are not the ones that were sent.",
          fix: "They were thrown away; send them again from the same offset.",
        },
      ]);
      expect(await offsetOf(id)).toBe(at);
      if (random(3) === 0) forgetHashes();
      // With a checksum, half a body counts for nothing.
      const half = await patch(id, at, cutBody(spoilt, spoilt.length >> 1), headers);
      expect(await errorOf(half)).toEqual([400, "UPLOAD_CUT"]);
      expect(await offsetOf(id)).toBe(at);
      expect((await patch(id, at, content.slice(at, end), headers)).status).toBe(204);
      at = end;
    }
    expect((await rowOf(id)).sha256).toBe(sha256(content));
  }
});

test.each(["crc32 AAAA", "sha256", "sha256 ***", "sha256  AAAA", "SHA256 AAAA"])(
  "the checksum header %j is refused before a byte is read",
  async (header) => {
    const id = await createId(10);
    const response = await patch(id, 0, fileOf(10), { "upload-checksum": header });
    expect(await errorOf(response)).toEqual([400, "INPUT_INVALID"]);
    expect(await offsetOf(id)).toBe(0);
  },
);

test("row 32: another person's upload is a 404 to every method, and loses nothing", async () => {
  const random = randomOf(23);
  for (let k = 0; k < 12; k++) {
    const content = fileOf(1_000 + random(3_000), k);
    const id = await createId(content.length);
    const at = random(content.length);
    if (at > 0) await patch(id, 0, content.slice(0, at));
    expect(await errorOf(await patch(id, at, content.slice(at), {}, bob))).toEqual([404, "NOT_FOUND"]);
    expect(await errorOf(await patch(id, random(content.length), content.slice(at), {}, bob))).toEqual([
      404,
      "NOT_FOUND",
    ]);
    expect(await offsetOf(id, bob)).toBe(404);
    expect(await errorOf(await call("DELETE", id, { cookie: bob }))).toEqual([404, "NOT_FOUND"]);
    expect(await errorOf(await call("PATCH", id, { cookie: "", headers: PART }))).toEqual([401, "SIGN_IN"]);
    expect(await offsetOf(id)).toBe(at);
    expect((await patch(id, at, content.slice(at))).status).toBe(204);
    expect((await rowOf(id)).sha256).toBe(sha256(content));
  }
  const content = fileOf(10);
  expect(await errorOf(await patch("0".repeat(32), 0, content))).toEqual([404, "NOT_FOUND"]);
  expect(await errorOf(await patch("../../../etc/passwd", 0, content))).toEqual([404, "NOT_FOUND"]);
});

test.each([{}, { "tus-resumable": "0.2.2" }, { "tus-resumable": "1.0" }, { "tus-resumable": "2.0.0" }])(
  "the version %j is a 412 that names ours",
  async (headers) => {
    const id = await createId(10);
    const sent: [string, Response][] = [
      ["POST", await POST(request("POST", base, { headers: headers as Record<string, string> }))],
      ["PATCH", await call("PATCH", id, { headers: headers as Record<string, string>, body: fileOf(10) })],
      ["DELETE", await call("DELETE", id, { headers: headers as Record<string, string> })],
    ];
    for (const [method, response] of sent) {
      expect([method, response.headers.get("tus-version")]).toEqual([method, "1.0.0"]);
      expect(await errorOf(response)).toEqual([412, "TUS_VERSION"]);
    }
    expect(await offsetOf(id)).toBe(0);
  },
);

test("what the server can do is told without a session", async () => {
  const response = await OPTIONS(new Request(base, { method: "OPTIONS" }));
  expect(response.status).toBe(204);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "tus-resumable": "1.0.0",
    "tus-version": "1.0.0",
    "tus-extension": "creation,creation-with-upload,expiration,termination,checksum",
    "tus-max-size": String(MAX_BYTES),
    "tus-checksum-algorithm": "sha1,sha256,md5",
  });
});

test("a start that cannot be is refused with its code, and makes no upload", async () => {
  const before = await database.db.$count(uploads);
  const refusals: [number | string, Record<string, string>, unknown[]][] = [
    [0, {}, [400, "FILE_EMPTY"]],
    [MAX_BYTES + 1, {}, [413, "FILE_TOO_LARGE"]],
    ["-1", {}, [400, "INPUT_INVALID"]],
    ["1e3", {}, [400, "INPUT_INVALID"]],
    ["9".repeat(20), {}, [400, "INPUT_INVALID"]],
    [5, { "upload-metadata": "" }, [400, "INPUT_INVALID"]],
    [5, { "upload-metadata": "datanetId !!" }, [400, "INPUT_INVALID"]],
    [5, { "upload-metadata": metadata({ datanetId: "7" }) }, [400, "INPUT_INVALID"]],
    [5, { "upload-metadata": metadata({ datanetId, taskId: "x" }) }, [400, "INPUT_INVALID"]],
    [5, { "upload-metadata": metadata({ datanetId: crypto.randomUUID() }) }, [404, "NOT_FOUND"]],
    [5, { origin: "https://elsewhere.example" }, [403, "ORIGIN"]],
    [5, { cookie: "" }, [401, "SIGN_IN"]],
  ];
  for (const [bytes, headers, expected] of refusals)
    expect(await errorOf(await create(bytes, { headers }))).toEqual(expected);
  const stranger = await makeAccount(database.db);
  const cookie = `mf_session=${await createSession(database.db, stranger.id, null)}`;
  expect(await errorOf(await create(5, { cookie }))).toEqual([403, "NOT_MEMBER"]);
  expect(await database.db.$count(uploads)).toBe(before);
});

test("pages of other sites change nothing, whichever method they put in the header", async () => {
  const id = await createId(10);
  const origin = "https://elsewhere.example";
  for (const method of ["PATCH", "DELETE"] as const)
    expect(await errorOf(await call(method, id, { headers: { ...PART, origin } }))).toEqual([403, "ORIGIN"]);
  const override = { ...PART, origin, "x-http-method-override": "DELETE" };
  expect(await errorOf(await call("POST", id, { headers: override }))).toEqual([403, "ORIGIN"]);
  // Only a POST may stand for another method: a HEAD is answered to any site.
  expect((await call("HEAD", id, { headers: override })).status).toBe(200);
  expect(await offsetOf(id)).toBe(0);
});

test("a POST stands for the method in its header", async () => {
  const content = fileOf(100);
  const id = await createId(content.length);
  const headers = { ...PART, "upload-offset": "0", "x-http-method-override": "PATCH" };
  expect((await call("POST", id, { headers, body: content })).status).toBe(204);
  expect(await errorOf(await call("POST", id))).toEqual([405, "METHOD"]);
});

test("row 3: bytes beyond what was announced are a FILE_TOO_LARGE, whatever Content-Length says", async () => {
  const random = randomOf(13);
  for (let k = 0; k < 20; k++) {
    const content = fileOf(2_000 + random(3_000), k);
    const id = await createId(content.length);
    const at = random(content.length);
    if (at > 0) await patch(id, 0, content.slice(0, at));
    const tooMany = new Uint8Array(content.length - at + 1 + random(9_000));
    const headers: Record<string, string>[] = [
      {},
      { "content-length": String(random(content.length - at)) },
      { "content-length": String(tooMany.length) },
    ];
    const response = await patch(id, at, cutBody(tooMany, tooMany.length), headers[k % 3]);
    expect(response.headers.get("upload-offset")).toBe(String(at));
    expect([response.status, (await response.json()).error]).toMatchObject([
      413,
      {
        code: "FILE_TOO_LARGE",
        message: `More came than the ${content.length.toLocaleString("en")} bytes that the upload announced.`,
        fix: "Start the upload again; the file has probably changed in the meantime.",
      },
    ]);
    expect(await offsetOf(id)).toBe(at);
    await patch(id, at, content.slice(at));
    expect((await rowOf(id)).sha256).toBe(sha256(content));
  }
});

test("the first bytes may come with the start, and a file so small is done with it", async () => {
  const content = fileOf(50);
  const headers = { "content-type": PART["content-type"] };
  const whole = await create(50, { headers, body: content });
  expect([whole.status, whole.headers.get("upload-offset")]).toEqual([201, "50"]);
  expect(whole.headers.get("x-contribution-id")).toMatch(/^[0-9a-f-]{36}$/);
  const cut = fileOf(5_000);
  const part = await create(5_000, { headers, body: cutBody(cut, 1_200) });
  expect(part.status).toBe(201);
  const id = part.headers.get("location")!.split("/").at(-1)!;
  expect(await offsetOf(id)).toBe(1_200);
  expect((await patch(id, 1_200, cut.slice(1_200))).status).toBe(204);
});

test("of two requests at once exactly one writes", async () => {
  for (let k = 0; k < 20; k++) {
    const content = fileOf(20_000, k);
    const id = await createId(content.length);
    const answers = await Promise.all([0, 1, 2].map(() => patch(id, 0, cutFree(content, 700))));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    for (const status of statuses) expect([204, 409, 423]).toContain(status);
    expect((await rowOf(id)).sha256).toBe(sha256(content));
  }
});

/** A body that comes piece by piece, to its end. */
function cutFree(content: Uint8Array, chunkBytes: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      await new Promise((done) => setImmediate(done));
      if (at >= content.length) return controller.close();
      controller.enqueue(content.slice(at, at + chunkBytes));
      at += chunkBytes;
    },
  });
}

test("a connection that has died gives way to the next one, with all that it brought", async () => {
  const content = fileOf(9_000);
  const id = await createId(content.length);
  // Brings 4,000 bytes, then nothing, and never ends.
  let sent = false;
  const dead = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return new Promise(() => {});
      sent = true;
      controller.enqueue(content.slice(0, 4_000));
    },
  });
  const first = patch(id, 0, dead);
  await new Promise((done) => setTimeout(done, 200));
  expect((await patch(id, 0, content.slice())).status).toBe(423);
  await new Promise((done) => setTimeout(done, 3_100));
  expect(await offsetOf(id)).toBe(4_000);
  expect(await errorOf(await first)).toEqual([400, "UPLOAD_CUT"]);
  expect((await patch(id, 4_000, content.slice(4_000))).status).toBe(204);
  expect((await rowOf(id)).sha256).toBe(sha256(content));
});

test("row 28: the same file again is a DUPLICATE_FILE that names the first, and keeps no bytes", async () => {
  const random = randomOf(29);
  for (let k = 0; k < 12; k++) {
    const content = fileOf(100 + random(900), k);
    const bytes = content.length;
    const first = await patch(await createId(bytes), 0, content);
    const contributionId = first.headers.get("x-contribution-id");
    const id = await createId(bytes, {}, "again.csv");
    const cut = random(bytes);
    if (cut > 0) await patch(id, 0, content.slice(0, cut));
    const again = await patch(id, cut, content.slice(cut));
    expect(again.headers.get("x-contribution-id")).toBe(contributionId);
    const { error } = await again.json();
    expect(error).toMatchObject({
      code: "DUPLICATE_FILE",
      message: expect.stringContaining("rows.csv"),
      fix: expect.stringContaining("Open that"),
    });
    expect([existsSync(partOf(id)), await offsetOf(id)]).toEqual([false, 410]);
    // Another person may have the same file.
    const bobs = await createId(bytes, { cookie: bob });
    expect((await patch(bobs, 0, content, {}, bob)).status).toBe(204);
  }
});

test("an upload that is over is a 410, and cancelling one deletes its bytes", async () => {
  const content = fileOf(900);
  const old = await createId(900);
  await patch(old, 0, content.slice(0, 100));
  await database.db
    .update(uploads)
    .set({ expiresAt: sql`now() - interval '1 second'` })
    .where(eq(uploads.id, old));
  expect(await offsetOf(old)).toBe(410);
  expect(await errorOf(await patch(old, 100, content.slice(100)))).toEqual([410, "UPLOAD_GONE"]);

  const id = await createId(900);
  await patch(id, 0, content.slice(0, 100));
  expect(existsSync(partOf(id))).toBe(true);
  expect((await call("DELETE", id)).status).toBe(204);
  expect([existsSync(partOf(id)), await offsetOf(id)]).toEqual([false, 404]);

  const done = await createId(900);
  await patch(done, 0, content);
  expect(await errorOf(await call("DELETE", done))).toEqual([409, "UPLOAD_DONE"]);
});

test("cancelling in the middle of a request stops it", async () => {
  const content = fileOf(50_000);
  const id = await createId(content.length);
  const slow = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((done) => setTimeout(done, 20));
      controller.enqueue(content.slice(0, 100));
    },
  });
  const sending = patch(id, 0, slow);
  await new Promise((done) => setTimeout(done, 100));
  expect((await call("DELETE", id)).status).toBe(204);
  expect((await sending).status).toBe(400);
  expect([existsSync(partOf(id)), await offsetOf(id)]).toEqual([false, 404]);
});

test("row 33: a full account is told how full, at the start and in the middle, and can go on once there is room", async () => {
  const random = randomOf(33);
  for (let k = 0; k < 6; k++) {
    const cookie = await cookieOfMember();
    const of = { datanetId, contributorId: people.get(cookie)! };
    const { contributionId } = await makeContribution(database.db, of, []);
    const taken = (bytes: number) =>
      database.db.update(contributions).set({ fileBytes: bytes }).where(eq(contributions.id, contributionId));
    const bytes = 20_000 + random(40_000);
    const cut = 1 + random(bytes - 10_000);
    await taken(QUOTA_BYTES - bytes);
    const refused = await create(bytes + 1, { cookie });
    const full = async (response: Response, used: string) =>
      expect([response.status, (await response.json()).error]).toMatchObject([
        413,
        {
          code: "QUOTA",
          message: `${used} of 200.0 MB used: there is no room for this file.`,
          fix: "Discard contributions that you have not submitted, or ask the operator to raise STORAGE_QUOTA_BYTES.",
        },
      ]);
    await full(refused, "199.9");
    const content = fileOf(bytes, k);
    const id = await createId(bytes, { cookie });
    expect((await patch(id, 0, content.slice(0, cut), {}, cookie)).status).toBe(204);
    // Meanwhile another file of theirs arrives.
    await taken(QUOTA_BYTES - bytes + 1 + random(bytes));
    await full(await patch(id, cut, content.slice(cut), {}, cookie), "199.9");
    expect(await offsetOf(id, cookie)).toBe(cut);
    await taken(QUOTA_BYTES - bytes);
    expect((await patch(id, cut, content.slice(cut), {}, cookie)).status).toBe(204);
    expect((await rowOf(id)).sha256).toBe(sha256(content));
    await full(await create(1, { cookie }), "200.0");
  }
});

test("row 29: a name of any kind is shown cleaned, and the file lies under its hash", async () => {
  const random = randomOf(17);
  const parts = [
    "CON",
    "NUL.csv",
    "a\r\nb",
    "../../etc/passwd",
    "..\\x",
    "\u202Efdp.csv",
    "\0",
    "ä",
    "👩‍🚀",
    " ",
    "%2e%2e%2f",
    "/",
  ];
  const names = ["x".repeat(5_000), `${"é".repeat(2_400)}.csv`, "CON", "a\r\nb"];
  while (names.length < 60)
    names.push(Array.from({ length: 1 + random(4) }, () => parts[random(parts.length)]).join(""));
  for (const name of names) {
    const content = fileOf(20);
    const id = await createId(20, {}, name);
    expect((await patch(id, 0, content)).status).toBe(204);
    const { fileName } = await rowOf(id);
    expect([name, [...fileName].length <= 120 && fileName !== ""]).toEqual([name, true]);
    expect(fileName).not.toMatch(/[\p{Cc}\p{Cf}/\\]|^\.+$/u);
    expect(existsSync(blobOf(sha256(content)))).toBe(true);
  }
});

test("a process killed after the last byte, before the contribution, is made up for when the sender asks", async () => {
  const content = fileOf(2_000);
  const id = await createId(2_000);
  await patch(id, 0, content.slice(0, 1_999));
  // What is on the disk and in the row then: everything, under the hash already in the second case.
  writeFileSync(partOf(id), content);
  const whole = { offsetBytes: 2_000, sha256: sha256(content) };
  await database.db.update(uploads).set(whole).where(eq(uploads.id, id));
  forgetHashes();
  const head = await call("HEAD", id);
  expect(head.headers.get("upload-offset")).toBe("2000");
  const contributionId = head.headers.get("x-contribution-id")!;
  expect((await call("HEAD", id)).headers.get("x-contribution-id")).toBe(contributionId);
  expect(existsSync(blobOf(sha256(content)))).toBe(true);

  await database.db
    .update(uploads)
    .set({ status: "sending", contributionId: null })
    .where(eq(uploads.id, id));
  await database.db.delete(contributions).where(eq(contributions.id, contributionId));
  const again = await patch(id, 2_000, new Uint8Array());
  expect([again.status, again.headers.get("x-contribution-id")?.length]).toEqual([204, 36]);
});
