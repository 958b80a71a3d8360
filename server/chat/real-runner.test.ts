import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createSession } from "@/server/auth/session";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { freezeForTest } from "@/server/training-run/test-run";
import type { AnswerEvent } from "./schemas";
import { makeAdapter } from "./test-adapter";

const PACKAGE = path.resolve("training-runner");
const PYTHON = path.join(PACKAGE, ".venv/bin/python");
const TOKEN = "token-of-the-real-chat-test";
const PATIENCE_MS = 120_000;

let database: TestDatabase;
let world: World;
let adapterId: string;
let folder: string;
let child: ChildProcess;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.db, [differentRows(60)]);
  ({ adapterId } = await makeAdapter(database.db, world, [await freezeForTest(database.db, world)]));
  cookie = `mf_session=${await createSession(database.db, world.builder.id, null)}`;
  folder = await mkdtemp(path.join(tmpdir(), "modelfactory-chat-"));
  // The route takes its parts from the environment, as it does in the app; the blobs are the world's.
  vi.stubEnv("DATABASE_URL", database.url);
  vi.stubEnv("RUNNER_TOKEN", TOKEN);
  Object.assign(globalThis, { modelfactoryShared: { db: database.db, blobs: world.blobs } });
});
afterAll(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
  await world.close();
  await database.close();
});

async function startRunner(): Promise<void> {
  const env = { RUNNER_TOKEN: TOKEN, RUNNER_DATA: folder, RUNNER_PORT: "0", RUNNER_DEVICE: "cpu" };
  child = spawn(PYTHON, ["-m", "runner.api"], {
    cwd: PACKAGE,
    env: { ...process.env, ...env, OMP_NUM_THREADS: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    vi.stubEnv("RUNNER_URL", JSON.parse(line).url);
    return;
  }
}

async function post(content: string, signal?: AbortSignal): Promise<Response> {
  const { POST } = await import("@/app/api/adapters/[adapterId]/chat/route");
  const request = new Request("http://127.0.0.1:3000/", {
    method: "POST",
    body: JSON.stringify({ messages: [{ role: "user", content }] }),
    headers: { cookie, "content-type": "application/json" },
    signal,
  });
  return POST(request, { params: Promise.resolve({ adapterId }) });
}

const eventsOf = (text: string): AnswerEvent[] =>
  text
    .split("\n\n")
    .filter(Boolean)
    .map((part) => JSON.parse(part.replace(/^data: /, "")));

// Needs the runner's Python packages: `npm test` installs them, `npm test -- --only vitest` does not.
test.skipIf(!existsSync(PYTHON))(
  "a shipped adapter answers through the route, word by word; whoever goes away stops the runner too",
  async () => {
    await startRunner();
    const response = await post("a small bird that eats seeds");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const events = eventsOf(await response.text());
    expect(events[0]).toEqual({ type: "start" });
    expect(events.flatMap((event) => (event.type === "text" ? [event.text] : [])).join("")).toBe("animal");
    expect(events.at(-1)).toMatchObject({ type: "end", tokens: 2, reason: "stop" });

    const tooLong = await post("bird ".repeat(600));
    expect([tooLong.status, (await tooLong.json()).error.code]).toEqual([422, "MESSAGE_TOO_LONG"]);

    // A prompt of the base's whole length takes long enough to go away in the middle of it.
    const gone = new AbortController();
    const left = await post("small ".repeat(120), gone.signal);
    gone.abort();
    await left.text().catch(() => "");
    const log = () => readFileSync(path.join(folder, "serve.log"), "utf8");
    await expect.poll(log, { timeout: 20_000 }).toMatch(/chat \d+ cancelled after/);

    // Killed, the runner is away and says so.
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const away = await post("a bird");
    expect([away.status, (await away.json()).error.code]).toEqual([503, "RUNNER_AWAY"]);
  },
  PATIENCE_MS,
);
