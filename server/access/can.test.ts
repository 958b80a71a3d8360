import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAccount, makeDatanet, makeMember } from "@/db/factories";
import { adapters, datanetMembers, datanets, trainingRunSnapshots, trainingRuns } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import type { Actor } from "@/server/context";
import { createCaller } from "@/server/router";
import { ACTIONS, type Action, can, type DatanetFacts, type Resource } from "./can";
import { loadResource } from "./facts";
import { ROLES } from "./matrix";
import { type AccessWorld, createAccessWorld } from "./test-world";
import { isReadableAdapter, isReadableDatanet, isReadableRun } from "./visible";

const me: Actor = { accountId: "me", address: "0x0", sessionHash: "" };
const datanet: DatanetFacts = {
  ownerId: "somebody",
  readAccess: "everyone",
  contributeAccess: "everyone",
  isSample: false,
  isValidator: null,
};
const of = (over: Partial<DatanetFacts>, resource: Partial<Resource> = {}): Resource => ({
  what: "Datanet",
  datanets: [{ ...datanet, ...over }],
  makerId: null,
  isOut: false,
  ...resource,
});
const codeOf = (actor: Actor | null, action: Action, resource: Resource) => {
  const answer = can(actor, action, resource);
  return answer.isAllowed ? "yes" : answer.why.code;
};

test("what no rule speaks of is refused, to an owner too", () => {
  const mine = of({ ownerId: "me", isValidator: true }, { makerId: "me", isOut: true });
  for (const action of ["datanet.destroy", "toString", "__proto__", "constructor", ""])
    expect(codeOf(me, action as Action, mine)).toBe("NOT_FOUND");
});

test("an outsider of a private Datanet is told of nothing in it, whatever is asked", () => {
  for (const action of ACTIONS)
    for (const actor of [null, me])
      for (const isOut of [false, true])
        expect(codeOf(actor, action, of({ readAccess: "invited", isSample: true }, { isOut })), action).toBe(
          "NOT_FOUND",
        );
});

test("of several Datanets one private is enough to hide the whole", () => {
  const both = {
    ...of({}),
    what: "training run" as const,
    datanets: [datanet, { ...datanet, readAccess: "invited" as const }],
  };
  expect(codeOf(me, "run.read", both)).toBe("NOT_FOUND");
  both.datanets[1] = { ...both.datanets[1]!, isValidator: false };
  expect(codeOf(me, "run.read", both)).toBe("yes");
});

test("joining: who is not invited is refused, who is in already is not", () => {
  expect(codeOf(me, "datanet.join", of({}))).toBe("yes");
  expect(codeOf(null, "datanet.join", of({}))).toBe("NOT_INVITED");
  expect(codeOf(me, "datanet.join", of({ contributeAccess: "invited" }))).toBe("NOT_INVITED");
  expect(codeOf(me, "datanet.join", of({ contributeAccess: "invited", isValidator: false }))).toBe("yes");
});

describe("in the database", () => {
  let database: TestDatabase;
  let worlds: AccessWorld[];
  beforeAll(async () => {
    database = await createTestDatabase();
    worlds = [
      await createAccessWorld(database.db, "everyone"),
      await createAccessWorld(database.db, "invited"),
    ];
  });
  afterAll(async () => {
    await Promise.all(worlds.map((world) => world.close()));
    await database.close();
  });

  test("the conditions of lists say what `can` says, for every role and world", async () => {
    const { db } = database;
    for (const asked of worlds)
      for (const role of ROLES) {
        const { actor } = asked.contextOf(role, db);
        for (const { id } of await db.select({ id: datanets.id }).from(datanets)) {
          const found = await db
            .select()
            .from(datanets)
            .where(and(eq(datanets.id, id), isReadableDatanet(actor)));
          const answer = can(actor, "datanet.read", await loadResource(db, actor, "datanet", id));
          expect(found.length === 1, `${role} datanet`).toBe(answer.isAllowed);
        }
        for (const { id } of await db.select({ id: trainingRuns.id }).from(trainingRuns)) {
          const found = await db
            .select()
            .from(trainingRuns)
            .where(and(eq(trainingRuns.id, id), isReadableRun(actor)));
          const answer = can(actor, "run.read", await loadResource(db, actor, "run", id));
          expect(found.length === 1, `${role} run`).toBe(answer.isAllowed);
        }
        for (const { id } of await db.select({ id: adapters.id }).from(adapters)) {
          const found = await db
            .select()
            .from(adapters)
            .where(and(eq(adapters.id, id), isReadableAdapter(actor)));
          const answer = can(actor, "adapter.read", await loadResource(db, actor, "adapter", id));
          expect(found.length === 1, `${role} adapter`).toBe(answer.isAllowed);
        }
      }
  }, 30_000);

  test("a run on a public and a private Datanet is hidden from who may read only one of them", async () => {
    const { db } = database;
    const [open, hidden] = worlds as [AccessWorld, AccessWorld];
    await db
      .insert(trainingRunSnapshots)
      .values({ runId: open.runId, snapshotId: hidden.snapshotId, datanetId: hidden.datanetId, position: 1 });
    const asOpenMember = createCaller(open.contextOf("member", db));
    await expect(asOpenMember.trainingRun.get({ runId: open.runId })).rejects.toMatchObject({
      cause: { code: "NOT_FOUND" },
    });
    const { items } = await asOpenMember.trainingRun.list({ datanetId: open.datanetId });
    expect(items.map(({ id }) => id)).not.toContain(open.runId);
    await db.insert(datanetMembers).values({ datanetId: hidden.datanetId, accountId: open.memberId });
    expect((await asOpenMember.trainingRun.get({ runId: open.runId })).id).toBe(open.runId);
    await db
      .delete(datanetMembers)
      .where(
        and(eq(datanetMembers.datanetId, hidden.datanetId), eq(datanetMembers.accountId, open.memberId)),
      );
    await db
      .delete(trainingRunSnapshots)
      .where(and(eq(trainingRunSnapshots.runId, open.runId), eq(trainingRunSnapshots.position, 1)));
  });

  test("transactions about a private Datanet are told to who may read it, and to who sent them", async () => {
    const [open, hidden] = worlds as [AccessWorld, AccessWorld];
    const told = async (world: AccessWorld, role: (typeof ROLES)[number]) => {
      const { chain } = createCaller(world.contextOf(role, database.db));
      const one = await chain.transaction({ hash: world.transactionHash });
      return [(await chain.transactionsOf({ subjectId: world.snapshotId })).length, one?.subjectId ?? null];
    };
    expect(await told(open, "visitor")).toEqual([1, open.snapshotId]);
    expect(await told(hidden, "visitor")).toEqual([0, null]);
    expect(await told(hidden, "stranger")).toEqual([0, null]);
    expect(await told(hidden, "member")).toEqual([1, hidden.snapshotId]);
  });

  test("who is removed loses access at once, to what is their own too; what they gave stays in their name", async () => {
    const { db } = database;
    const hidden = worlds[1]!;
    const owner = createCaller(hidden.contextOf("owner", db));
    const contributor = createCaller(hidden.contextOf("contributor", db));
    const ask = { contributionId: hidden.contributionId };
    expect((await contributor.contribution.get(ask)).isMine).toBe(true);
    await owner.datanet.removeMember({ datanetId: hidden.datanetId, accountId: hidden.contributorId });
    const gone = { cause: { code: "NOT_FOUND" } };
    await expect(contributor.contribution.get(ask)).rejects.toMatchObject(gone);
    await expect(contributor.contribution.problems({ contributionId: hidden.draftId })).rejects.toMatchObject(
      gone,
    );
    // Not even that a row of it was their own.
    const row = { recordId: hidden.recordId };
    await expect(contributor.review.itemContext(row)).rejects.toMatchObject(gone);
    await expect(contributor.review.decide({ ...row, decision: "accept" })).rejects.toMatchObject(gone);
    await expect(contributor.review.acceptRest(ask)).rejects.toMatchObject(gone);
    await expect(contributor.review.timeline(ask)).rejects.toMatchObject(gone);
    const texts = { prompt: "a mended question", answer: "animal" };
    await expect(contributor.contribution.resubmitRow({ ...row, texts })).rejects.toMatchObject(gone);
    await expect(contributor.datanet.get({ datanetId: hidden.datanetId })).rejects.toMatchObject(gone);
    await expect(contributor.datanet.join({ datanetId: hidden.datanetId })).rejects.toMatchObject(gone);
    expect(await owner.contribution.get(ask)).toMatchObject({ contributorName: "Contributor kanarienvogel" });
    await owner.datanet.removeMember({ datanetId: hidden.datanetId, accountId: hidden.memberId });
    const again = owner.datanet.removeMember({ datanetId: hidden.datanetId, accountId: hidden.memberId });
    await expect(again).rejects.toMatchObject(gone);
    const self = owner.datanet.removeMember({ datanetId: hidden.datanetId, accountId: hidden.ids.owner });
    await expect(self).rejects.toMatchObject({ cause: { code: "OWNER_STAYS" } });
  });

  test("a Datanet made private is found by no search, and no name of it in the line of the training machine", async () => {
    const { db } = database;
    const owner = await makeAccount(db);
    const datanetId = await makeDatanet(db, owner.id, { name: "Zebrafink" });
    const member = await makeMember(db, datanetId);
    const asks = [null, (await makeAccount(db)).id, member.id].map((id) => ({
      ...worlds[0]!.contextOf("visitor", db),
      actor: id ? { accountId: id, address: "0x0" as const, sessionHash: "" } : null,
    }));
    const totals = () =>
      Promise.all(asks.map(async (ctx) => (await createCaller(ctx).datanet.list({ search: "zebra" })).total));
    expect(await totals()).toEqual([1, 1, 1]);
    const asOwner = createCaller({
      ...asks[0]!,
      actor: { accountId: owner.id, address: owner.address, sessionHash: "" },
    });
    await asOwner.datanet.setAccess({ datanetId, readAccess: "invited", contributeAccess: "everyone" });
    expect(await totals()).toEqual([0, 0, 1]);
    // What only the invited may read, only they may join.
    expect((await asOwner.datanet.get({ datanetId })).contributeAccess).toBe("invited");
    const visitor = createCaller(worlds[1]!.contextOf("visitor", db));
    const line = await visitor.trainingRun.queue();
    const ofHidden = line.find(({ id }) => id === worlds[1]!.queuedRunId);
    expect(ofHidden?.datanetName).toBe("A private Datanet");
    const found = await visitor.adapter.list({ search: "kanarienvogel" });
    expect(found.items.map(({ datanetId }) => datanetId)).not.toContain(worlds[1]!.datanetId);
    expect(found.items.some(({ id }) => id === worlds[1]!.publishedId)).toBe(false);
    const { items } = await visitor.adapter.list({});
    const published = items.find(({ id }) => id === worlds[1]!.publishedId);
    expect(published).toMatchObject({ datanetId: null, datanetName: "A private Datanet", runId: null });
  });
});
