import { eq } from "drizzle-orm";
import { decodeFunctionData } from "viem";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { datanetRegistryAbi } from "@/contracts/generated/abi";
import { datanetMembers, snapshotApprovals, snapshots } from "@/db/schema";
import { SNAPSHOT_STATUSES, SNAPSHOT_TRANSITIONS } from "@/db/schema/snapshot.constants";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { approveSnapshot } from "./approve";
import { getApproval } from "./get-approval";
import { markSnapshotFrozen } from "./mark-frozen";
import { prepareCommit } from "./prepare-commit";
import { getSnapshot } from "./queries";
import { approvalDeadline, resumeSnapshot } from "./resume";
import { createWorld, differentRows, type Person, type World } from "./test-world";

const ROOT = "ab".repeat(32);
const MANIFEST = "cd".repeat(32);

let database: TestDatabase;
let world: World;
let snapshotId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** A prepared version that waits for approval. */
beforeEach(async () => {
  world = await createWorld(database.db, [differentRows(12)]);
  const [row] = await database.db
    .insert(snapshots)
    .values({
      datanetId: world.datanetId,
      number: 1,
      status: "approval",
      createdById: world.owner.id,
      rows: 12,
      root: ROOT,
      manifestSha256: MANIFEST,
      splitSha256: "ef".repeat(32),
      approvalDeadline: approvalDeadline(),
    })
    .returning();
  snapshotId = row!.id;
  return () => world.close();
});

const status = async () =>
  (await database.db.select().from(snapshots).where(eq(snapshots.id, snapshotId)))[0]!.status;
const setStatus = (to: (typeof SNAPSHOT_STATUSES)[number]) =>
  database.db.update(snapshots).set({ status: to }).where(eq(snapshots.id, snapshotId));

async function sign(who: Person) {
  const { typedData, deadline } = await getApproval(world.as(world.validator), { snapshotId });
  return { snapshotId, deadline, signature: await who.key.signTypedData(typedData) };
}

test("a validator's signature over the version moves it on to the owner's transaction", async () => {
  const input = await sign(world.validator);
  expect(await approveSnapshot(world.as(world.validator), input)).toEqual({ approvals: 1, quorum: 1 });
  expect(await status()).toBe("commit");
  // Again is the same.
  expect(await approveSnapshot(world.as(world.validator), input)).toEqual({ approvals: 1, quorum: 1 });

  const { call } = await prepareCommit(world.as(world.owner), { snapshotId });
  const { functionName, args } = decodeFunctionData({ abi: datanetRegistryAbi, data: call.data });
  expect(functionName).toBe("commitBatch");
  expect(args).toEqual([
    world.chainDatanetId,
    `0x${ROOT}`,
    12n,
    `0x${MANIFEST}`,
    BigInt(input.deadline),
    [world.validator.key.address],
    [input.signature],
  ]);
});

test("a signature by another key is refused, whoever sends it", async () => {
  const input = await sign(world.builder);
  await expect(approveSnapshot(world.as(world.validator), input)).rejects.toMatchObject({
    code: "APPROVAL_SIGNATURE",
  });
  expect(await status()).toBe("approval");
});

test("the malleable twin of a signature is refused, as the contract would", async () => {
  const { signature, ...rest } = await sign(world.validator);
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
  const v = signature.endsWith("1b") ? "1c" : "1b";
  const twin = `${signature.slice(0, 66)}${s}${v}`;
  await expect(
    approveSnapshot(world.as(world.validator), { ...rest, signature: twin }),
  ).rejects.toMatchObject({ code: "APPROVAL_SIGNATURE" });
});

test("neither a member, nor the owner even with the role, may approve", async () => {
  const input = await sign(world.validator);
  await expect(approveSnapshot(world.as(world.builder), input)).rejects.toMatchObject({
    code: "NOT_VALIDATOR",
  });
  await database.db
    .update(datanetMembers)
    .set({ isValidator: true })
    .where(eq(datanetMembers.accountId, world.owner.id));
  await expect(approveSnapshot(world.as(world.owner), input)).rejects.toMatchObject({
    code: "OWNER_APPROVAL",
  });
});

test("an expired approval can only be renewed, by the owner, and then signed again", async () => {
  const old = await sign(world.validator);
  await approveSnapshot(world.as(world.validator), old);
  await expect(resumeSnapshot(world.as(world.owner), { snapshotId })).rejects.toMatchObject({
    code: "APPROVAL_LIVE",
  });
  await database.db.update(snapshots).set({ approvalDeadline: 1n }).where(eq(snapshots.id, snapshotId));
  await expect(prepareCommit(world.as(world.owner), { snapshotId })).rejects.toMatchObject({
    code: "APPROVAL_EXPIRED",
  });
  await expect(resumeSnapshot(world.as(world.builder), { snapshotId })).rejects.toMatchObject({
    code: "NOT_OWNER",
  });
  await resumeSnapshot(world.as(world.owner), { snapshotId });
  expect(await status()).toBe("approval");
  expect(
    await database.db.select().from(snapshotApprovals).where(eq(snapshotApprovals.snapshotId, snapshotId)),
  ).toEqual([]);
  const fresh = await getSnapshot(world.as(world.owner), snapshotId);
  expect(fresh.hasExpired).toBe(false);
  await expect(approveSnapshot(world.as(world.validator), { ...old, deadline: "1" })).rejects.toMatchObject({
    code: "APPROVAL_STALE",
  });
});

test("the owner's transaction is not prepared before the quorum", async () => {
  await expect(prepareCommit(world.as(world.owner), { snapshotId })).rejects.toMatchObject({
    code: "QUORUM_NOT_REACHED",
  });
  await expect(prepareCommit(world.as(world.builder), { snapshotId })).rejects.toMatchObject({
    code: "NOT_OWNER",
  });
});

test("the chain's event freezes the version once, and only with the same root", async () => {
  await setStatus("committing");
  const event = { datanetId: world.chainDatanetId, batch: 1, root: `0x${ROOT}` };
  const mark = (changes = {}) =>
    database.db.transaction((tx) => markSnapshotFrozen(tx, { ...event, ...changes }));
  expect(await mark({ batch: 2 })).toBe(false);
  expect(await mark({ root: "11".repeat(32) })).toBe(false);
  expect(await status()).toBe("committing");
  expect(await mark()).toBe(true);
  const [first] = await database.db.select().from(snapshots).where(eq(snapshots.id, snapshotId));
  expect(first).toMatchObject({ status: "frozen", problem: null });
  expect(await mark()).toBe(true);
  const [second] = await database.db.select().from(snapshots).where(eq(snapshots.id, snapshotId));
  expect(second!.frozenAt).toEqual(first!.frozenAt);
});

test("approving moves a version only along its transition table", async () => {
  const input = await sign(world.validator);
  for (const from of SNAPSHOT_STATUSES) {
    await database.db.delete(snapshotApprovals).where(eq(snapshotApprovals.snapshotId, snapshotId));
    await setStatus(from);
    await approveSnapshot(world.as(world.validator), input).catch(() => {});
    const to = await status();
    if (to !== from) expect(SNAPSHOT_TRANSITIONS[from]).toContain(to);
    expect(to).toBe(from === "approval" ? "commit" : from);
  }
});
