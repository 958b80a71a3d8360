import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import {
  accounts,
  contributions,
  datanetMembers,
  datanets,
  guidelineVersions,
  records,
  reviews,
} from "@/db/schema";
import { SAMPLING_MINIMUM } from "@/db/schema/review.constants";
import { appendAudit } from "@/server/audit/append";
import { policyHash, rowHash } from "@/server/chain/hash";
import type { BlobStore } from "@/server/storage/blob-store";
import type { Sample } from "./catalogue";
import type { SampleFolder, SampleRow } from "./folder";
import { sampleIds, sampleSalt } from "./ids";

const CHUNK = 500;

/**
 * A sample's Datanet with its accounts, contributions, rows and reviews, in the caller's transaction: all or nothing,
 * and nothing when it is there already. Rows are hashed by the function the app hashes every row with.
 */
export async function insertSampleDatanet(
  tx: Transaction,
  blobs: BlobStore,
  sample: Sample,
  folder: SampleFolder,
  addresses: ReadonlyMap<string, string>,
): Promise<void> {
  const ids = sampleIds(sample.key);
  const [known] = await tx.select({ id: datanets.id }).from(datanets).where(eq(datanets.id, ids.datanet));
  if (known) return;
  const people = [sample.owner, sample.validator, ...sample.contributors];
  await tx
    .insert(accounts)
    .values(people.map((name) => ({ id: ids.account(name), name, address: addresses.get(name)! })))
    .onConflictDoNothing();
  const { goal, name, purpose, guidelines, licence } = sample;
  const policy = { goal, name, purpose, guidelines, licence, labels: [...sample.labels] };
  await tx.insert(datanets).values({
    ...policy,
    id: ids.datanet,
    ownerId: ids.account(sample.owner),
    policyHash: policyHash(policy),
    isSample: true,
  });
  await tx.insert(guidelineVersions).values({
    datanetId: ids.datanet,
    number: 1,
    text: guidelines,
    createdById: ids.account(sample.owner),
  });
  await tx.insert(datanetMembers).values(
    people.map((person) => ({
      datanetId: ids.datanet,
      accountId: ids.account(person),
      isValidator: person === sample.validator,
    })),
  );
  for (const { contributor, name: fileName, content } of folder.files) {
    const blob = await blobs.put(content);
    const own = folder.rows.filter((row) => row.contributor === contributor);
    await tx.insert(contributions).values({
      id: ids.contribution(contributor),
      datanetId: ids.datanet,
      contributorId: ids.account(contributor),
      fileName,
      fileSha256: blob.sha256,
      fileBytes: blob.bytes,
      licence,
      status: "reviewed",
      fence: 1,
      uploadedRows: own.length,
      keptRows: own.length,
      parsedRows: own.length,
      submittedAt: new Date(),
    });
    await insertRows(tx, sample, contributor, own);
  }
  await appendAudit(tx, {
    actorId: null,
    action: "sample.seed",
    subject: `datanet:${ids.datanet}`,
    data: { sample: sample.key, rows: folder.rows.length, files: folder.run.data },
  });
}

async function insertRows(tx: Transaction, sample: Sample, contributor: string, rows: SampleRow[]) {
  const ids = sampleIds(sample.key);
  // In the order of a hash, so that the rows said to have been read are not the first of the file.
  const read = new Set(
    [...rows]
      .sort((a, b) => (order(a.id) < order(b.id) ? -1 : 1))
      .slice(0, SAMPLING_MINIMUM)
      .map(({ id }) => id),
  );
  for (let start = 0; start < rows.length; start += CHUNK) {
    const some = rows.slice(start, start + CHUNK);
    await tx.insert(records).values(
      some.map(({ id, rowNumber, prompt, answer, system, category, source }) => ({
        id,
        contributionId: ids.contribution(contributor),
        datanetId: ids.datanet,
        contributorId: ids.account(contributor),
        rowNumber,
        prompt,
        answer,
        system,
        category,
        source,
        rowHash: rowHash({ prompt, answer, system, category, source }),
        salt: sampleSalt(id),
        status: "accepted" as const,
      })),
    );
    await tx.insert(reviews).values(
      some.map(({ id }) => ({
        recordId: id,
        validatorId: ids.account(sample.validator),
        decision: "accept" as const,
        basis: read.has(id) ? ("read" as const) : ("sampled" as const),
      })),
    );
  }
}

const order = (id: string) => createHash("sha256").update(id).digest("hex");
