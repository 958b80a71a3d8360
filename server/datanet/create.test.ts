import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { datanets } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { policyHash } from "@/server/chain/hash";
import { createWorld, type World } from "@/server/snapshot/test-world";
import { createDatanet } from "./create";
import { CreateDatanetInput } from "./schemas";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.db, []);
});
afterAll(async () => {
  await world.close();
  await database.close();
});

const RULES = {
  name: "Invoices",
  purpose: "Read what an invoice says.",
  guidelines: "As it is printed.",
  licence: "CC0-1.0",
};
const problemsOf = (input: object) =>
  CreateDatanetInput.safeParse({ ...RULES, ...input }).error?.issues.map(({ message }) => message);

test("the fields are stored in their order, once each, and stand in the policy hash", async () => {
  const input = CreateDatanetInput.parse({
    ...RULES,
    goal: "fields",
    fields: [" vendor", "total", "vendor"],
  });
  const { datanetId, policyHash: hash } = await createDatanet(world.as(world.owner), input);
  const [row] = await database.db.select().from(datanets).where(eq(datanets.id, datanetId));
  expect(row!.fields).toEqual(["vendor", "total"]);
  const policy = { ...RULES, goal: "fields", labels: [], fields: ["vendor", "total"] };
  expect([row!.policyHash, hash]).toEqual([policyHash(policy), policyHash(policy)]);
  expect(hash).not.toBe(policyHash({ ...policy, fields: ["total", "vendor"] }));
  expect(policyHash({ ...policy, goal: "style", fields: [] })).toBe(
    policyHash({ ...RULES, goal: "style", labels: [] }),
  );
});

test("fields are named for their goal alone, and so that columns and instructions can be made of them", () => {
  expect(problemsOf({ goal: "fields" })).toEqual(["Name at least one field"]);
  expect(problemsOf({ goal: "style", fields: ["tone"] })).toEqual([
    "Only a Datanet that extracts fields has fields",
  ]);
  for (const name of ["a, b", "a + b", 'a"b', "a\\b"])
    expect(problemsOf({ goal: "fields", fields: [name] })).toEqual([
      "A field is named without commas, quotes, backslashes and “ + ”",
    ]);
  expect(problemsOf({ goal: "style" })).toBeUndefined();
});
