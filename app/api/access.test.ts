import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reviews } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { PROCEDURES, ROLES, ROUTES, type Role } from "@/server/access/matrix";
import { type AccessWorld, CANARY, createAccessWorld } from "@/server/access/test-world";
import { createSession } from "@/server/auth/session";

const folder = mkdtempSync(join(tmpdir(), "access-"));
const API = "app/api";
let database: TestDatabase;
let worlds: { open: AccessWorld; private: AccessWorld };
const cookies = new Map<string, string>();
beforeAll(async () => {
  database = await createTestDatabase();
  // The routes take their database and folder from the environment, as they do in the app.
  process.env.DATABASE_URL = database.url;
  process.env.DATA_DIR = folder;
  worlds = {
    open: await createAccessWorld(database.db, "everyone", folder),
    private: await createAccessWorld(database.db, "invited", folder),
  };
  for (const { ids } of Object.values(worlds))
    for (const id of Object.values(ids))
      cookies.set(id, `mf_session=${await createSession(database.db, id, null)}`);
});
afterAll(async () => {
  await Promise.all([worlds.open.close(), worlds.private.close()]);
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

type Handler = (request: Request, of: { params: Promise<Record<string, string>> }) => Promise<Response>;
const files = readdirSync(API, { recursive: true, encoding: "utf8" }).filter((file) =>
  /(^|\/)route\.ts$/.test(file),
);
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** Every method that a file under app/api exports. */
async function walk(): Promise<Map<string, Handler>> {
  const found = new Map<string, Handler>();
  for (const file of files) {
    const module = await import(`../../${API}/${file}`);
    for (const method of METHODS)
      if (module[method]) found.set(`${method} api/${file.replace(/\/route\.ts$/, "")}`, module[method]);
  }
  return found;
}

const REFUSED = new Set(
  [...Object.values(PROCEDURES), ...Object.values(ROUTES)].flatMap(([{ answers }]) =>
    Object.values(answers).filter((code) => code !== "yes"),
  ),
);

/** An answer to HEAD says no more than its status. */
const BODILESS: Record<number, string> = { 401: "SIGN_IN", 404: "NOT_FOUND" };

async function ask(handler: Handler, world: AccessWorld, role: Role, name: string) {
  const { params = {}, headers = {}, body } = ROUTES[name]![1](world);
  const [method, path] = name.split(" ") as [string, string];
  const cookie = role === "visitor" ? undefined : cookies.get(world.ids[role]);
  const address = path.replace(/\[(\w+)\]/g, (_whole, key: string) => params[key] ?? "");
  const request = new Request(`http://127.0.0.1:3000/${address}`, {
    method,
    body: body as string | undefined,
    headers: { ...headers, "x-client-address": role, ...(cookie ? { cookie } : {}) },
  });
  const response = await handler(request, { params: Promise.resolve(params) });
  const text = await response.text();
  if (response.ok) return { answer: "yes", text };
  const { code } =
    method === "HEAD"
      ? { code: BODILESS[response.status] ?? String(response.status) }
      : ((JSON.parse(text) as { error: { code: string } }).error ?? { code: String(response.status) });
  expect(code, `${name} as ${role}`).not.toBe("INTERNAL");
  return { answer: REFUSED.has(code) ? code : "yes", text };
}

test("every route answers each role as the matrix says, and outsiders read nothing of a private Datanet", async () => {
  const handlers = await walk();
  expect([...handlers.keys()].sort()).toEqual(Object.keys(ROUTES).sort());
  for (const [name, handler] of handlers) {
    const [row] = ROUTES[name]!;
    for (const [kind, wanted] of [
      ["open", row.answers],
      ["private", row.inPrivate],
    ] as const) {
      const answers: Partial<Record<Role, string>> = {};
      for (const role of ROLES) {
        const { answer, text } = await ask(handler, worlds[kind], role, name);
        answers[role] = answer;
        if (kind === "private" && (role === "visitor" || role === "stranger"))
          expect(text, `${name} to a ${role}`).not.toContain(CANARY);
      }
      expect(answers, `${name}, ${kind}`).toEqual(wanted);
    }
  }
}, 60_000);

test("the take-away and files of a published adapter of a private Datanet tell outsiders nothing of its rows", async () => {
  const handlers = await walk();
  const { publishedId } = worlds.private;
  const get = async (name: string, params: Record<string, string>, role: Role) => {
    const cookie = role === "visitor" ? undefined : cookies.get(worlds.private.ids[role]);
    const request = new Request("http://127.0.0.1:3000/", { headers: cookie ? { cookie } : {} });
    return handlers.get(name)!(request, { params: Promise.resolve(params) });
  };
  const file = "GET api/adapters/[adapterId]/files/[name]";
  for (const role of ["visitor", "stranger"] as const) {
    for (const name of [
      "evaluation.json",
      "influence.json",
      "training_manifest.json",
      "snapshot_manifest.json",
    ])
      expect((await get(file, { adapterId: publishedId, name }, role)).status, name).toBe(404);
    const card = await get(file, { adapterId: publishedId, name: "card.json" }, role);
    expect([card.status, await card.text()]).toEqual([200, expect.not.stringContaining(CANARY)]);
  }
  expect((await get(file, { adapterId: publishedId, name: "influence.json" }, "member")).status).toBe(200);
});

test("decisions of a Datanet are files for its members, and no file holds a known-answer item or one under way", async () => {
  const handlers = await walk();
  const get = async (world: AccessWorld, role: Role, file: string) => {
    const cookie = role === "visitor" ? undefined : cookies.get(world.ids[role]);
    const request = new Request("http://127.0.0.1:3000/", { headers: cookie ? { cookie } : {} });
    const params = Promise.resolve({ datanetId: world.datanetId, file });
    const response = await handlers.get("GET api/datanets/[datanetId]/export/[file]")!(request, { params });
    const text = await response.text();
    return response.ok
      ? { answer: "yes", text }
      : { answer: JSON.parse(text).error.code as string, text: "" };
  };
  const { validator } = worlds.open.ids;
  const open = await database.db
    .insert(reviews)
    .values({ recordId: worlds.open.recordId, validatorId: validator, decision: "accept" })
    .returning();
  for (const file of ["reviews.csv", "argilla.json"]) {
    const of = (world: AccessWorld) =>
      Promise.all(ROLES.map(async (role) => (await get(world, role, file)).answer));
    expect(await of(worlds.open), file).toEqual(["SIGN_IN", "NOT_MEMBER", "yes", "yes", "yes", "yes", "yes"]);
    expect(await of(worlds.private), file).toEqual([
      "SIGN_IN",
      "NOT_FOUND",
      "yes",
      "yes",
      "yes",
      "yes",
      "yes",
    ]);
    // The row waits for its second reader, who must not learn of the first.
    expect((await get(worlds.open, "member", file)).text).not.toContain(`pending ${CANARY}`);
  }
  await database.db.delete(reviews).where(eq(reviews.id, open[0]!.id));
  for (const file of ["rows.jsonl", "reviews.csv", "argilla.json"])
    expect((await get(worlds.open, "owner", file)).text).not.toContain(`known ${CANARY}`);
  // It tells of rows that are accepted: the checks above can fail.
  expect((await get(worlds.open, "visitor", "rows.jsonl")).text).toContain(CANARY);
});
