import { readFileSync } from "node:fs";
import { eq, sql } from "drizzle-orm";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import { accounts, datanets, reviews, snapshotRecords, snapshots } from "@/db/schema";
import { HALF_HOUR, type Person, reviewWorldPerFile } from "../test-review";
import { undoReview } from "../undo";
import { countUnsigned, getSitting } from "./get-sitting";
import { decisionLeaf, decisionsRoot, type SignedDecision } from "./leaf";
import { getSignedCover, signedBatches } from "./queries";
import { signSitting } from "./sign";

const t = reviewWorldPerFile();
const wallet = privateKeyToAccount(`0x${"59".repeat(32)}`);
const stranger = privateKeyToAccount(`0x${"17".repeat(32)}`);

/** A registered Datanet whose validator has a key, with some rows decided. */
async function setUpDecided(chainDatanetId: bigint, decided: number) {
  const world = await t.setUp(decided + 2, 1);
  const person: Person = { id: world.people[0]!.id, address: wallet.address.toLowerCase() as `0x${string}` };
  await t.db
    .update(accounts)
    .set({ address: `0x${"0".repeat(40)}` })
    .where(eq(accounts.address, person.address));
  await t.db.update(accounts).set({ address: person.address }).where(eq(accounts.id, person.id));
  await t.db.update(datanets).set({ chainDatanetId }).where(eq(datanets.id, world.datanetId));
  for (let i = 0; i < decided; i += 1) {
    const { item } = await t.next(person, world.datanetId);
    await t.accept(person, item!.recordId);
  }
  return { ...world, person };
}

/** As if the ten seconds for taking back had passed. */
const age = (person: Person) =>
  t.db
    .update(reviews)
    .set({ createdAt: sql`${reviews.createdAt} - interval '1 minute'` })
    .where(eq(reviews.validatorId, person.id));

async function signed(person: Person, datanetId: string, key = wallet) {
  const { typedData, ...sitting } = await getSitting(t.as(person), { datanetId });
  const signature = await key.signTypedData(typedData);
  return { datanetId, ...sitting, signature };
}

test("one signature covers a sitting, and the manifest's batches name it once its rows are accepted", async () => {
  const { person, datanetId, recordIds } = await setUpDecided(41n, 5);
  // What may still be taken back is not signed.
  expect(await countUnsigned(t.as(person), datanetId)).toEqual({ unsigned: 0 });
  await expect(getSitting(t.as(person), { datanetId })).rejects.toMatchObject({ code: "NOTHING_TO_SIGN" });
  await age(person);
  expect(await countUnsigned(t.as(person), datanetId)).toEqual({ unsigned: 5 });
  const input = await signed(person, datanetId);
  expect(await signSitting(t.as(person), input)).toEqual({ decisions: 5 });
  expect(await countUnsigned(t.as(person), datanetId)).toEqual({ unsigned: 0 });
  await expect(signSitting(t.as(person), input)).rejects.toMatchObject({ code: "NOTHING_TO_SIGN" });
  expect(await signedBatches(t.db, datanetId)).toEqual([
    {
      validator: person.address,
      root: input.root,
      decisions: 5,
      madeAt: input.madeAt,
      signature: input.signature,
    },
  ]);
  const [version] = await t.db
    .insert(snapshots)
    .values({ datanetId, number: 1, createdById: person.id })
    .returning({ id: snapshots.id });
  await t.db.insert(snapshotRecords).values(
    recordIds.map((recordId) => ({
      snapshotId: version!.id,
      recordId,
      leaf: "",
      cluster: "",
      side: "train" as const,
    })),
  );
  expect(await getSignedCover(t.as(person), version!.id)).toEqual({
    rows: 7,
    signed: 5,
    people: 1,
    unread: 0,
  });
});

test("another's signature, another root or an old time is refused; a later decision waits for the next one", async () => {
  const { person, datanetId } = await setUpDecided(42n, 3);
  await age(person);
  await expect(signSitting(t.as(person), await signed(person, datanetId, stranger))).rejects.toMatchObject({
    code: "SITTING_SIGNATURE",
  });
  const input = await signed(person, datanetId);
  await expect(
    signSitting(t.as(person), { ...input, madeAt: String(Number(input.madeAt) - 7200) }),
  ).rejects.toMatchObject({ code: "SITTING_STALE" });
  await expect(signSitting(t.as(person), { ...input, root: "0".repeat(64) })).rejects.toMatchObject({
    code: "SITTING_SIGNATURE",
  });
  const { item } = await t.next(person, datanetId);
  await t.accept(person, item!.recordId);
  expect(await signSitting(t.as(person), input)).toEqual({ decisions: 3 });
  // Signed or not, what is young may be taken back.
  await undoReview(t.as(person), { datanetId }, HALF_HOUR);
});

test("the leaf and the root are those of the vectors", () => {
  const url = new URL("../../../contracts/vectors/review-decision.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(url, "utf8")) as {
    cases: { decisions: SignedDecision[]; leaves: string[]; root: string }[];
  };
  for (const { decisions, leaves, root } of cases) {
    expect(decisions.map(decisionLeaf)).toEqual(leaves);
    expect(decisionsRoot([...decisions].reverse())).toBe(root);
  }
  expect(cases.length).toBe(2);
});
