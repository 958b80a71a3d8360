import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccount, makeDatanet, makeMember } from "@/db/factories";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createSession } from "@/server/auth/session";
import { GET } from "../contributions/[contributionId]/bad-rows/route";
import { POST } from "./route";

const folder = mkdtempSync(join(tmpdir(), "uploads-"));
let database: TestDatabase;
let datanetId: string;
let cookie: string;
beforeAll(async () => {
  database = await createTestDatabase();
  // The route takes its database and folder from the environment, as it does in the app.
  process.env.DATABASE_URL = database.url;
  process.env.DATA_DIR = folder;
  process.env.UPLOAD_MAX_BYTES = "1000";
  process.env.STORAGE_QUOTA_BYTES = "2500";
  datanetId = await makeDatanet(database.db, (await makeAccount(database.db)).id);
  const member = await makeMember(database.db, datanetId);
  cookie = `mf_session=${await createSession(database.db, member.id, null)}`;
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const send = (body: string, headers: Record<string, string> = {}) =>
  POST(
    new Request("http://127.0.0.1:3000/api/uploads", {
      method: "POST",
      body,
      headers: { cookie, "x-datanet-id": datanetId, "x-file-name": "r%C3%B6ws.csv", ...headers },
    }),
  );
const errorOf = async (response: Response) => [response.status, (await response.json()).error.code];

test("a member's file becomes a contribution; the same one again names the first", async () => {
  const response = await send("question,answer\nq,a\n");
  expect(response.status).toBe(201);
  const { contributionId } = await response.json();
  const again = await send("question,answer\nq,a\n");
  expect(again.status).toBe(409);
  expect((await again.json()).error).toMatchObject({ code: "DUPLICATE_FILE", contributionId });
  const badRows = await GET(new Request("http://127.0.0.1:3000/", { headers: { cookie } }), {
    params: Promise.resolve({ contributionId }),
  });
  expect(badRows.headers.get("content-disposition")).toContain("bad%20rows%20of%20r%C3%B6ws.csv");
  expect(await badRows.text()).toContain("set aside: why");
});

test("each refusal has its status and code", async () => {
  expect(await errorOf(await send("x", { cookie: "" }))).toEqual([401, "SIGN_IN"]);
  expect(await errorOf(await send("x", { origin: "https://elsewhere.example" }))).toEqual([403, "ORIGIN"]);
  expect(await errorOf(await send("x", { "x-datanet-id": "7" }))).toEqual([400, "INPUT_INVALID"]);
  expect(await errorOf(await send("x", { "x-datanet-id": crypto.randomUUID() }))).toEqual([404, "NOT_FOUND"]);
  expect(await errorOf(await send("x".repeat(1001)))).toEqual([413, "FILE_TOO_LARGE"]);
  expect(await errorOf(await send("x".repeat(1001), { "content-length": "10" }))).toEqual([
    413,
    "FILE_TOO_LARGE",
  ]);
  expect(await errorOf(await send("x", { "content-length": "10" }))).toEqual([400, "UPLOAD_CUT"]);
  expect(await errorOf(await send(""))).toEqual([400, "FILE_EMPTY"]);
});

test("a file for which the account has no room is a QUOTA, and keeps nothing", async () => {
  const member = await makeMember(database.db, datanetId);
  const owner = { cookie: `mf_session=${await createSession(database.db, member.id, null)}` };
  for (const each of ["a", "b"]) expect((await send(each.repeat(900), owner)).status).toBe(201);
  const refused = await send("c".repeat(701), owner);
  expect([refused.status, (await refused.json()).error]).toMatchObject([
    413,
    { code: "QUOTA", message: "1.8 of 2.5 KB used: there is no room for this file." },
  ]);
  expect(readdirSync(join(folder, "blobs", "tmp")).filter((name) => name !== "uploads")).toEqual([]);
  expect((await send("d".repeat(700), owner)).status).toBe(201);
});

test("a connection that breaks in the middle is an UPLOAD_CUT", async () => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("question,")),
    pull: (controller) => controller.error(new Error("aborted")),
  });
  const headers = { cookie, "x-datanet-id": datanetId };
  const request = new Request("http://127.0.0.1:3000/api/uploads", {
    method: "POST",
    body,
    headers,
    duplex: "half",
  } as RequestInit);
  expect(await errorOf(await POST(request))).toEqual([400, "UPLOAD_CUT"]);
});
