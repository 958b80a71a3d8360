import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLog, findings, records, snapshotRecords, snapshots } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { Random } from "./intake/fuzz/random";
import { submitContribution } from "./submit";
import { ann, as, bob, datanetId, db, endWorld, folder, get, read, startWorld } from "./test-world";

beforeAll(startWorld);
afterAll(endWorld);

/** Twenty words of random letters, the same for the same number. */
const text = (n: number) => {
  const random = new Random(n + 1);
  const word = () => String.fromCharCode(...Array.from({ length: 6 }, () => random.int(97, 122)));
  return Array.from({ length: 20 }, word).join(" ");
};
/** The same with one word changed. */
const near = (n: number) => text(n).replace(/^\S+/, "another");

const submitted = async (person: typeof ann, texts: string[]) => {
  const lines = texts.map((prompt, i) => `${prompt},answer ${i} of ${prompt.slice(0, 12)}`);
  const id = await read(person, `question,answer\n${lines.join("\n")}\n`);
  await submitContribution(as(person), { contributionId: id, licence: "CC-BY-4.0", isMineToGive: true });
  return id;
};
const found = async (contributionId: string) => {
  const rows = await db.select().from(findings).where(eq(findings.contributionId, contributionId));
  return rows.map(({ row, code }) => `${row} ${code}`).sort();
};
const segments = () => readdirSync(join(folder, "near", datanetId)).filter((name) => name.endsWith(".seg"));

test("a new file is compared with every earlier contribution, however many segments they are, and one that is lost is made again", async () => {
  const ids: string[] = [];
  for (let k = 0; k < 12; k++) ids.push(await submitted(bob, [text(10 * k), text(10 * k + 1)]));
  expect(segments().sort()).toEqual(ids.map((id) => `${id}.seg`).sort());
  const mine = () =>
    read(ann, `question,answer\n${near(0)},a\n${near(51)},b\n${text(999)},c\n${near(110)},d\n`);
  expect(await found(await mine())).toEqual(["1 NEAR_DUPLICATE", "2 NEAR_DUPLICATE", "4 NEAR_DUPLICATE"]);
  rmSync(join(folder, "near", datanetId), { recursive: true });
  const again = await read(ann, `question,answer\n${near(1)},a\n${text(998)},c\n${near(111)},d\n`);
  expect(await found(again)).toEqual(["1 NEAR_DUPLICATE", "3 NEAR_DUPLICATE"]);
  for (const id of ids) expect(existsSync(join(folder, "near", datanetId, `${id}.seg`))).toBe(true);
});

test("a row close to the locked test gets a yes and no more, forty readings a day", async () => {
  const theirs = await submitted(bob, [text(500), text(501)]);
  const rows = await db.select().from(records).where(eq(records.contributionId, theirs));
  const [snapshot] = await db
    .insert(snapshots)
    .values({ datanetId, number: 1, status: "frozen", createdById: bob.id })
    .returning({ id: snapshots.id });
  await db.insert(snapshotRecords).values(
    rows.map(({ id, rowNumber }) => ({
      snapshotId: snapshot!.id,
      recordId: id,
      leaf: `0x${String(rowNumber).padStart(64, "0")}`,
      cluster: id,
      side: rowNumber === 1 ? ("test" as const) : ("train" as const),
    })),
  );
  const file = (k: number) => `question,answer\n${near(500)},x${k}\n${near(501)},y${k}\n${text(700 + k)},z\n`;
  const first = await read(ann, file(0));
  expect(await found(first)).toEqual(["1 TEST_OVERLAP", "2 NEAR_DUPLICATE"]);
  const [overlap] = await db
    .select()
    .from(findings)
    .where(and(eq(findings.contributionId, first), eq(findings.code, "TEST_OVERLAP")));
  expect(overlap).toMatchObject({
    severity: "warning",
    message: "Row 1 is too close to the locked test.",
    fix: "Leave it out; trained on, it would make the test worth nothing.",
    detail: {},
  });
  expect((await get(ann, first)).health).toMatchObject({ datanet: { testOverlaps: 1 } });

  // The other readings of the day.
  const used = await db.$count(
    auditLog,
    and(eq(auditLog.actorId, ann.id), eq(auditLog.action, "contribution.test-check")),
  );
  await db.transaction(async (tx) => {
    for (let k = used; k < 40; k++)
      await appendAudit(tx, {
        actorId: ann.id,
        action: "contribution.test-check",
        subject: "contribution:x",
        data: {},
      });
  });
  const last = await read(ann, file(1));
  // Near a test question and near another row read the same: neither its silence nor its pair tells which.
  expect(await found(last)).toEqual(["1 NEAR_DUPLICATE", "2 NEAR_DUPLICATE"]);
  const told = await db.select().from(findings).where(eq(findings.contributionId, last));
  for (const { row, message, detail } of told)
    expect([message, detail]).toEqual([`Row ${row} is nearly the same as a row of this Datanet.`, {}]);
  expect((await get(ann, last)).health).toMatchObject({ datanet: { testOverlaps: null } });
  // It is each person's own number.
  const bobs = await read(bob, file(2));
  expect(await found(bobs)).toContain("1 TEST_OVERLAP");
});
