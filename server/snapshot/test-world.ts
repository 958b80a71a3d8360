import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { Database } from "@/db/client";
import { accounts, contributions, datanetMembers, datanets, records } from "@/db/schema";
import type { Goal } from "@/db/schema/datanet.constants";
import { policyHash, rowHash } from "@/server/chain/hash";
import { FolderBlobStore } from "@/server/storage/blob-store";
import type { SignedInContext } from "@/server/trpc";

/** A person of a test: an account row with a real key behind its address. */
export type Person = { id: string; key: ReturnType<typeof privateKeyToAccount> };
export type TestRow = { prompt: string; answer: string; category?: string; source?: string };

/** A Datanet on the chain with an owner, a validator and a builder, and a file of accepted rows for each given list. */
export async function createWorld(
  db: Database,
  files: TestRow[][],
  options: { goal?: Goal; labels?: string[]; isRegistered?: boolean } = {},
) {
  const folder = await mkdtemp(path.join(tmpdir(), "modelfactory-test-"));
  const blobs = new FolderBlobStore(folder);
  const person = async (name: string): Promise<Person> => {
    const key = privateKeyToAccount(generatePrivateKey());
    const [row] = await db.insert(accounts).values({ address: key.address.toLowerCase(), name }).returning();
    return { id: row!.id, key };
  };
  const [owner, validator, builder] = await Promise.all([person("Olga"), person("Vera"), person("Bela")]);
  const policy = {
    goal: options.goal ?? ("label" as const),
    name: "What is described",
    purpose: "Say what a short description is about.",
    guidelines: "Choose the one label that fits best.",
    licence: "CC-BY-4.0",
    labels: options.labels ?? ["animal", "plant"],
  };
  const chainDatanetId = BigInt(`0x${randomBytes(6).toString("hex")}`);
  const [datanet] = await db
    .insert(datanets)
    .values({
      ...policy,
      ownerId: owner.id,
      policyHash: policyHash(policy),
      ...(options.isRegistered === false ? {} : { status: "registered" as const, chainDatanetId }),
    })
    .returning();
  const datanetId = datanet!.id;
  await db.insert(datanetMembers).values([
    { datanetId, accountId: owner.id },
    { datanetId, accountId: validator.id, isValidator: true, isValidatorOnChain: true },
    { datanetId, accountId: builder.id },
  ]);
  const contributors = [];
  for (const rows of files) {
    const contributor = await person(`Contributor ${contributors.length + 1}`);
    contributors.push(contributor);
    await addContribution(db, datanetId, contributor, rows);
  }
  const as = (who: Person): SignedInContext => ({
    db,
    blobs,
    actor: { accountId: who.id, address: who.key.address.toLowerCase() as `0x${string}`, sessionHash: "" },
    requestId: "test",
    browser: null,
    userAgent: null,
    setCookie: () => {},
  });
  return {
    datanetId,
    chainDatanetId,
    owner,
    validator,
    builder,
    contributors,
    blobs,
    as,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
export type World = Awaited<ReturnType<typeof createWorld>>;

export async function addContribution(
  db: Database,
  datanetId: string,
  contributor: Person,
  rows: TestRow[],
): Promise<string> {
  const [contribution] = await db
    .insert(contributions)
    .values({
      datanetId,
      contributorId: contributor.id,
      fileName: "rows.csv",
      fileSha256: randomBytes(32).toString("hex"),
      fileBytes: 1,
      licence: "CC-BY-4.0",
      status: "reviewed",
      uploadedRows: rows.length,
      keptRows: rows.length,
    })
    .returning();
  if (rows.length > 0) {
    await db.insert(records).values(
      rows.map((row, i) => ({
        contributionId: contribution!.id,
        datanetId,
        contributorId: contributor.id,
        rowNumber: i + 1,
        ...row,
        rowHash: rowHash(row),
        salt: randomBytes(32).toString("hex"),
        status: "accepted" as const,
      })),
    );
  }
  return contribution!.id;
}

const SHAPES = ["round", "long", "flat", "striped", "hollow", "pointed", "soft", "heavy", "tiny", "bent"];
const PLACES = [
  "the river",
  "a desert",
  "high hills",
  "old walls",
  "deep snow",
  "a garden",
  "the harbour",
  "wet sand",
];
const DEEDS = [
  "sleeps",
  "climbs",
  "opens",
  "turns pale",
  "grows",
  "hides",
  "sings",
  "bends",
  "swims",
  "waits",
];

/** Rows that differ from each other well beyond the near-duplicate threshold. */
export function differentRows(count: number, offset = 0): TestRow[] {
  return Array.from({ length: count }, (_, i) => {
    const n = i + offset;
    const animal = n % 2 === 0;
    const word = (BigInt(n + 1) * 0x9e3779b97f4a7c15n).toString(36).slice(-9);
    return {
      prompt: `${SHAPES[n % 10]} ${word} that ${DEEDS[Math.floor(n / 10) % 10]} near ${PLACES[n % 8]}, called ${word.slice(0, 5)}${n}`,
      answer: animal ? "animal" : "plant",
      category: animal ? "animal" : "plant",
    };
  });
}
