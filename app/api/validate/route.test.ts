import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccount } from "@/db/factories";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createSession } from "@/server/auth/session";
import { bundleParseChild } from "@/server/contribution/test-world";
import { POST } from "./route";

const folder = mkdtempSync(join(tmpdir(), "validate-"));
let database: TestDatabase;
let cookie: string;
beforeAll(async () => {
  database = await createTestDatabase();
  process.env.DATABASE_URL = database.url;
  process.env.DATA_DIR = folder;
  process.env.UPLOAD_MAX_BYTES = "100000";
  process.env.PARSE_CHILD = await bundleParseChild(folder);
  const account = await makeAccount(database.db);
  cookie = `mf_session=${await createSession(database.db, account.id, null)}`;
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const send = (body: BodyInit, query = "", headers: Record<string, string> = {}) =>
  POST(
    new Request(`http://127.0.0.1:3000/api/validate${query}`, {
      method: "POST",
      body,
      headers: { cookie, "x-file-name": "rows.csv", ...headers },
    }),
  );

test("the same answer as the command line's, for a packed file too, and nothing is left", async () => {
  const csv = "prompt,answer\nq1,a1\nq1,a1\nq4,\n";
  for (const body of [csv, new Uint8Array(gzipSync(csv))]) {
    const response = await send(body);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      rows: { uploaded: 3, kept: 1, repaired: 0, setAside: 2 },
      counts: { ROW_DUPLICATE: 1, ROW_EMPTY: 1 },
      format: "csv",
      mapping: { prompt: "prompt", answer: "answer" },
      problems: [
        { code: "ROW_DUPLICATE", row: 2 },
        { code: "ROW_EMPTY", row: 3, column: "answer", message: 'Row 3 has nothing in "answer".' },
      ],
    });
  }
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

test("a refused file is an answer, counted by its bytes; how to read is asked in the query", async () => {
  const large = await (
    await send(`prompt,answer\n${"x".repeat(100_000)},b\n`, "", { "content-length": "5" })
  ).json();
  expect(large).toMatchObject({ error: { code: "FILE_TOO_LARGE" }, problems: [{ code: "FILE_TOO_LARGE" }] });
  const unknown = await (await send("foo,bar\nx,y\n")).json();
  expect(unknown.error.code).toBe("COLUMN_MISSING");
  const told = await (await send("foo,bar\nx,y\n", "?prompt=foo&answer=bar&goal=label")).json();
  expect(told.rows).toEqual({ uploaded: 1, kept: 1, repaired: 0, setAside: 0 });
});

test("visitors, other sites and unknown questions are refused", async () => {
  const codeOf = async (response: Response) => [response.status, (await response.json()).error.code];
  expect(await codeOf(await send("a,b\n", "", { cookie: "" }))).toEqual([401, "SIGN_IN"]);
  expect(await codeOf(await send("a,b\n", "", { origin: "https://elsewhere.example" }))).toEqual([
    403,
    "ORIGIN",
  ]);
  expect(await codeOf(await send("a,b\n", "?goal=win"))).toEqual([400, "INPUT_INVALID"]);
});

test("more than 20 a minute are told to wait", { timeout: 60_000 }, async () => {
  let last: Response | null = null;
  for (let i = 0; i < 21; i += 1) {
    last = await send("");
    await last.text();
  }
  expect(last?.status).toBe(429);
});
