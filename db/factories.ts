import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Database } from "./client";
import { accounts, contributions, datanetMembers, datanets, guidelineVersions, records } from "./schema";
import type { ContributionStatus, RecordStatus } from "./schema/contribution.constants";

/** Rows for tests that own their data. Each factory makes one valid thing; what matters to a test is passed in. */
const hex = (bytes: number) => randomBytes(bytes).toString("hex");

export async function makeAccount(
  db: Database,
  name?: string,
): Promise<{ id: string; address: `0x${string}` }> {
  const address = `0x${hex(20)}` as const;
  const [row] = await db.insert(accounts).values({ address, name }).returning({ id: accounts.id });
  return { id: row!.id, address };
}

export async function makeDatanet(
  db: Database,
  ownerId: string,
  over: Partial<typeof datanets.$inferInsert> = {},
): Promise<string> {
  const [row] = await db
    .insert(datanets)
    .values({
      ownerId,
      goal: "answer",
      name: `Datanet ${randomUUID().slice(0, 8)}`,
      purpose: "Answers to questions in a test",
      guidelines: "Accept what is right.",
      licence: "CC-BY-4.0",
      policyHash: hex(32),
      ...over,
    })
    .returning({ id: datanets.id, guidelines: datanets.guidelines });
  await db
    .insert(guidelineVersions)
    .values({ datanetId: row!.id, number: 1, text: row!.guidelines, createdById: ownerId });
  await db.insert(datanetMembers).values({ datanetId: row!.id, accountId: ownerId });
  return row!.id;
}

export async function makeMember(db: Database, datanetId: string, isValidator = false, name?: string) {
  const account = await makeAccount(db, name);
  await db.insert(datanetMembers).values({ datanetId, accountId: account.id, isValidator });
  return account;
}

/** A contribution whose file held exactly these rows; `prompts` become rows 1, 2, 3 and so on. */
export async function makeContribution(
  db: Database,
  of: { datanetId: string; contributorId: string },
  prompts: string[],
  status: ContributionStatus = "submitted",
  rowStatus: RecordStatus = status === "submitted" ? "pending" : "draft",
): Promise<{ contributionId: string; recordIds: string[] }> {
  const [row] = await db
    .insert(contributions)
    .values({
      ...of,
      fileName: "rows.csv",
      fileSha256: hex(32),
      fileBytes: 100,
      licence: "CC-BY-4.0",
      status,
      fence: 1,
      uploadedRows: prompts.length,
      keptRows: prompts.length,
    })
    .returning({ id: contributions.id });
  const contributionId = row!.id;
  if (prompts.length === 0) return { contributionId, recordIds: [] };
  const inserted = await db
    .insert(records)
    .values(
      prompts.map((prompt, i) => ({
        ...of,
        contributionId,
        rowNumber: i + 1,
        prompt,
        answer: `answer to ${prompt}`,
        rowHash: createHash("sha256").update(prompt).digest("hex"),
        salt: hex(32),
        status: rowStatus,
      })),
    )
    .returning({ id: records.id });
  return { contributionId, recordIds: inserted.map(({ id }) => id) };
}
