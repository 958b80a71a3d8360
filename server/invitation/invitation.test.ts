import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccount, makeDatanet } from "@/db/factories";
import { auditLog, datanetInvitations, idempotencyKeys } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createCaller } from "@/server/router";

let database: TestDatabase;
let datanetId: string;
let owner: string;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = (await makeAccount(database.db, "Olga")).id;
  datanetId = await makeDatanet(database.db, owner, {
    name: "Behind a door",
    readAccess: "invited",
    contributeAccess: "invited",
  });
});
afterAll(() => database.close());

const as = (accountId: string | null, idempotencyKey: string | null = null) =>
  createCaller({
    db: database.db,
    blobs: null as never,
    actor: accountId ? { accountId, address: "0x0", sessionHash: "" } : null,
    requestId: "test",
    browser: null,
    userAgent: null,
    client: String(accountId),
    idempotencyKey,
    setCookie: () => {},
  });
const invite = (over: { role?: "member" | "validator"; uses?: number } = {}) =>
  as(owner).invitation.create({ datanetId, role: "member", uses: 1, days: 7, ...over });
const person = async () => (await makeAccount(database.db)).id;
const code = (wanted: string) => ({ cause: { code: wanted } });

test("a link tells a visitor what it opens, lets one person in, and is then used up", async () => {
  const { token } = await invite();
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await as(null).invitation.get({ token })).toMatchObject({
    problem: null,
    role: "member",
    hasJoined: false,
    datanet: { name: "Behind a door", purpose: "Answers to questions in a test", ownerName: "Olga" },
  });
  const [first, second] = [await person(), await person()];
  await expect(as(first).datanet.get({ datanetId })).rejects.toMatchObject(code("NOT_FOUND"));
  expect(await as(first).invitation.accept({ token })).toEqual({ datanetId });
  expect((await as(first).datanet.get({ datanetId })).role).toMatchObject({
    isMember: true,
    isValidator: false,
  });
  // Who is in reads it still; who comes late reads only why.
  expect(await as(first).invitation.get({ token })).toMatchObject({
    hasJoined: true,
    datanet: { id: datanetId },
  });
  expect(await as(second).invitation.get({ token })).toEqual({
    problem: {
      message: "As many people as this invitation was made for have joined with it.",
      fix: "Ask the owner for a new link.",
    },
    role: null,
    hasJoined: false,
    datanet: null,
  });
  await expect(as(second).invitation.accept({ token })).rejects.toMatchObject(code("INVITATION_USED_UP"));
  expect(await as(first).invitation.accept({ token })).toEqual({ datanetId });
});

test("of ten people who press at once, three get in with a link for three", async () => {
  const { token, invitationId } = await invite({ uses: 3 });
  const people = await Promise.all(Array.from({ length: 10 }, person));
  const answers = await Promise.allSettled(people.map((id) => as(id).invitation.accept({ token })));
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  const [left] = await database.db
    .select()
    .from(datanetInvitations)
    .where(eq(datanetInvitations.id, invitationId));
  expect(left!.usesLeft).toBe(0);
});

test("a link for validators makes one of a member; the owner uses nothing up and becomes none", async () => {
  const member = await person();
  await as(member).invitation.accept({ token: (await invite()).token });
  const { token, invitationId } = await invite({ role: "validator", uses: 5 });
  await as(member).invitation.accept({ token });
  await as(member).invitation.accept({ token });
  await as(owner).invitation.accept({ token });
  expect((await as(member).datanet.get({ datanetId })).role.isValidator).toBe(true);
  expect((await as(owner).datanet.get({ datanetId })).role).toMatchObject({
    isOwner: true,
    isValidator: false,
  });
  const list = await as(owner).invitation.list({ datanetId });
  expect(list.find(({ id }) => id === invitationId)).toMatchObject({ usesLeft: 4, problem: null });
});

test("expired and taken back each have their sentence", async () => {
  const late = await invite();
  await database.db
    .update(datanetInvitations)
    .set({ expiresAt: new Date(Date.now() - 1) })
    .where(eq(datanetInvitations.id, late.invitationId));
  const who = await person();
  await expect(as(who).invitation.accept({ token: late.token })).rejects.toMatchObject(
    code("INVITATION_EXPIRED"),
  );
  expect((await as(who).invitation.get({ token: late.token })).problem?.message).toBe(
    "This invitation has expired.",
  );
  const back = await invite();
  await as(owner).invitation.revoke({ invitationId: back.invitationId });
  await as(owner).invitation.revoke({ invitationId: back.invitationId });
  await expect(as(who).invitation.accept({ token: back.token })).rejects.toMatchObject(
    code("INVITATION_REVOKED"),
  );
  await expect(as(who).invitation.accept({ token: "A".repeat(43) })).rejects.toMatchObject(code("NOT_FOUND"));
  await expect(as(who).datanet.get({ datanetId })).rejects.toMatchObject(code("NOT_FOUND"));
  const [list] = [await as(owner).invitation.list({ datanetId })];
  expect(JSON.stringify(list)).not.toContain(back.token);
});

test("the token is stored nowhere: not in a table, not in the audit log, not for a repeated request", async () => {
  const { token } = await as(owner, "a-key-of-this-request").invitation.create({
    datanetId,
    role: "member",
    uses: 1,
    days: 1,
  });
  const everything = JSON.stringify([
    await database.db.select().from(datanetInvitations),
    await database.db.select().from(auditLog),
    await database.db.select().from(idempotencyKeys),
  ]);
  expect(everything).not.toContain(token);
  expect(everything).toContain("invitation.create");
});

test("guessing is slowed down", async () => {
  const guesser = as(await person());
  const answers = [];
  for (let i = 0; i < 31; i += 1)
    answers.push(
      await guesser.invitation
        .get({ token: `${"B".repeat(41)}${10 + i}` })
        .catch((error) => error.cause.code),
    );
  expect(answers.slice(0, 30).every((answer) => answer === "NOT_FOUND")).toBe(true);
  expect(answers[30]).toBe("RATE_LIMITED");
});
