import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccount, makeContribution, makeDatanet, makeMember } from "@/db/factories";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { claimNext } from "@/server/review/claim-next";
import { decideReview } from "@/server/review/decide";
import { undoReview } from "@/server/review/undo";
import type { SignedInContext } from "@/server/trpc";
import { listNotices, unreadNotices } from "./queries";
import { readNotices } from "./read";
import { ListNoticesInput } from "./schemas";
import { tell } from "./tell";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

type Person = { id: string; address: `0x${string}` };
const as = ({ id, address }: Person): SignedInContext => ({
  db: database.db,
  blobs: null as never,
  actor: { accountId: id, address, sessionHash: "" },
  requestId: "test",
  browser: null,
  userAgent: null,
  setCookie: () => {},
});

test("the last row's review tells the contributor, its undoing takes that back, and the second end tells anew", async () => {
  const owner = await makeAccount(database.db);
  const datanetId = await makeDatanet(database.db, owner.id);
  const ann = await makeMember(database.db, datanetId);
  const bob = await makeMember(database.db, datanetId, true);
  const { contributionId } = await makeContribution(database.db, { datanetId, contributorId: ann.id }, [
    "a",
    "b",
  ]);
  const decide = async (decision: "accept" | "reject") => {
    const { item } = await claimNext(as(bob), { datanetId });
    await decideReview(as(bob), {
      recordId: item!.recordId,
      decision,
      ...(decision === "reject" ? { reason: "wrong_answer" as const } : {}),
    });
  };
  await decide("accept");
  expect(await unreadNotices(as(ann))).toEqual({ unread: 0, newest: [] });
  await decide("accept");
  expect((await unreadNotices(as(ann))).newest[0]).toMatchObject({
    kind: "contribution.reviewed",
    subjectId: contributionId,
    facts: { file: "rows.csv", accepted: 2, rejected: 0 },
  });
  expect(await readNotices(as(ann), {})).toEqual({ read: 1 });
  await undoReview(as(bob), { datanetId });
  expect((await listNotices(as(ann), {})).items).toEqual([]);
  await decide("reject");
  const { items, next } = await listNotices(as(ann), {});
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ readAt: null, facts: { accepted: 1, rejected: 1 } });
  expect(next).toBeNull();
});

test("told twice is told once; nobody reads or marks another's; a visitor has none; pages join without a gap", async () => {
  const [ann, bob] = [await makeAccount(database.db), await makeAccount(database.db)];
  const subject = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  const telling = (n: number) => ({
    accountId: ann.id,
    kind: "adapter.final" as const,
    subjectId: subject(n),
  });
  for (let n = 0; n < 35; n += 1) {
    await database.db.transaction((tx) => tell(tx, telling(n)));
    await database.db.transaction((tx) => tell(tx, telling(n)));
  }
  expect((await unreadNotices(as(ann))).unread).toBe(35);
  const first = await listNotices(as(ann), {});
  expect(first.items).toHaveLength(30);
  const second = await listNotices(as(ann), { cursor: first.next! });
  expect([...first.items, ...second.items].map((item) => item.subjectId)).toEqual(
    Array.from({ length: 35 }, (_, i) => subject(34 - i)),
  );
  const noticeId = first.items[0]!.id;
  expect(await readNotices(as(bob), { noticeId })).toEqual({ read: 0 });
  expect(await readNotices(as(bob), {})).toEqual({ read: 0 });
  expect(await readNotices(as(ann), { noticeId })).toEqual({ read: 1 });
  expect((await unreadNotices(as(ann))).unread).toBe(34);
  const unread = await listNotices(as(ann), { isUnread: true });
  expect(unread.items.map((item) => item.subjectId)).toEqual(
    Array.from({ length: 30 }, (_, i) => subject(33 - i)),
  );
  const rest = await listNotices(as(ann), { isUnread: true, cursor: unread.next! });
  expect(rest.items.map((item) => item.subjectId)).toEqual([3, 2, 1, 0].map(subject));
  expect(await unreadNotices({ ...as(ann), actor: null })).toEqual({ unread: 0, newest: [] });
});

test("a notice and its cause commit together or not at all", async () => {
  const ann = await makeAccount(database.db);
  const failing = database.db.transaction(async (tx) => {
    await tell(tx, {
      accountId: ann.id,
      kind: "run.finished",
      subjectId: "00000000-0000-4000-8000-000000000000",
    });
    throw new Error("the cause failed");
  });
  await expect(failing).rejects.toThrow("the cause failed");
  expect((await unreadNotices(as(ann))).unread).toBe(0);
});

test("what the browser's paging sends is taken: it names the way it reads", () => {
  expect(ListNoticesInput.parse({ direction: "forward" })).toEqual({ direction: "forward" });
  expect(ListNoticesInput.safeParse({ direction: "backward" }).success).toBe(false);
});
