import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { AppError } from "@/server/errors";
import { appRouter, createCaller } from "@/server/router";
import { OF_PUBLISHED, PROCEDURES, ROLES, type Role } from "./matrix";
import { type AccessWorld, CANARY, createAccessWorld } from "./test-world";

let database: TestDatabase;
let worlds: { open: AccessWorld; private: AccessWorld };
beforeAll(async () => {
  database = await createTestDatabase();
  worlds = {
    open: await createAccessWorld(database.db, "everyone"),
    private: await createAccessWorld(database.db, "invited"),
  };
});
afterAll(async () => {
  await Promise.all([worlds.open.close(), worlds.private.close()]);
  await database.close();
});

const names = Object.keys(appRouter._def.procedures).sort();
/** Refusals of access; any other known error came after it was given. */
const REFUSED = new Set(
  Object.values(PROCEDURES).flatMap(([{ answers }]) =>
    Object.values(answers).filter((code) => code !== "yes"),
  ),
);

class Undo extends Error {}

/** What a procedure says to a role, in a transaction that is undone: "yes", or the code of the refusal. */
async function ask(world: AccessWorld, role: Role, name: string, input: unknown) {
  const of = { answer: "", said: "" };
  const call = async (tx: unknown) => {
    const caller = createCaller(world.contextOf(role, tx as TestDatabase["db"]));
    const [noun, verb] = name.split(".") as [string, string];
    // biome-ignore lint/suspicious/noExplicitAny: walked by name
    const procedure = (caller as any)[noun][verb] as (input: unknown) => Promise<unknown>;
    try {
      const said = await procedure(input);
      of.said = JSON.stringify(said ?? null, (_key, value) =>
        typeof value === "bigint" ? String(value) : value,
      );
      of.answer = "yes";
    } catch (error) {
      const cause = (error as { cause?: unknown }).cause;
      if (!(cause instanceof AppError))
        throw cause instanceof ZodError ? new Error(`${name}: ${cause.message}`) : error;
      if (cause.code === "INTERNAL") throw new Error(`${name} as ${role}: ${cause.log}`);
      of.answer = REFUSED.has(cause.code) ? cause.code : "yes";
    }
    throw new Undo();
  };
  await database.db.transaction(call).catch((error) => {
    if (!(error instanceof Undo)) throw error;
  });
  return of;
}

test("every procedure of the router has a line in the matrix, and no line is of one that is gone", () => {
  expect(Object.keys(PROCEDURES).sort()).toEqual(names);
});

describe.each(names)("%s", (name) => {
  const entry = PROCEDURES[name];
  test.runIf(entry)(
    "answers each role as the matrix says, and tells outsiders nothing of a private Datanet",
    async () => {
      const [row, input] = entry!;
      for (const [kind, wanted] of [
        ["open", row.answers],
        ["private", row.inPrivate],
      ] as const) {
        const world = worlds[kind];
        const answers: Partial<Record<Role, string>> = {};
        for (const role of ROLES) {
          const { answer, said } = await ask(world, role, name, input(world));
          answers[role] = answer;
          const isOutsider = role === "visitor" || role === "stranger";
          // Who holds an invitation's link is told what it opens.
          if (kind === "private" && isOutsider && !name.startsWith("invitation."))
            expect(withoutOpen(said), `${name} to a ${role}`).not.toContain(CANARY);
        }
        expect(answers, kind).toEqual(wanted);
      }
    },
    30_000,
  );
});

/** Lists hold the open world too, which has the same words in it: those rows name its id, or were made for its names. */
function withoutOpen(said: string): string {
  if (!said.startsWith("{") && !said.startsWith("[")) return said;
  const open = new Set(
    Object.values(worlds.open).filter((value): value is string => typeof value === "string"),
  );
  const drop = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value
        .filter(
          (item) =>
            !(item && typeof item === "object" && Object.values(item).some((v) => open.has(v as string))),
        )
        .map(drop);
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, drop(inner)]));
    return value;
  };
  return JSON.stringify(drop(JSON.parse(said)));
}

test.each(Object.keys(OF_PUBLISHED))(
  "%s of a published adapter is open, and silent about private rows",
  async (name) => {
    for (const role of ["visitor", "stranger"] as const) {
      const { answer, said } = await ask(worlds.private, role, name, OF_PUBLISHED[name]!(worlds.private));
      expect(answer).toBe("yes");
      expect(said).not.toContain(CANARY);
    }
    // It would be told to a member: the check above can fail.
    if (name === "chat.nearest" || name === "adapter.get") {
      const { said } = await ask(worlds.private, "member", name, OF_PUBLISHED[name]!(worlds.private));
      expect(said).toContain(CANARY);
    }
  },
);
