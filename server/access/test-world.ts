import { createHash, randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { makeAccount, makeContribution } from "@/db/factories";
import {
  accounts,
  adapterCards,
  adapters,
  chainTransactions,
  comparisons,
  contributions,
  datanetInvitations,
  datanetMembers,
  datanets,
  judgements,
  knownAnswers,
  notices,
  publications,
  records,
  snapshots,
  tasks,
  trainingRunSnapshots,
  trainingRuns,
  uploads,
} from "@/db/schema";
import type { AccessRule } from "@/db/schema/datanet.constants";
import type { TestDatabase } from "@/db/test-database";
import { makeAdapter } from "@/server/chat/test-adapter";
import type { Context } from "@/server/context";
import { tokenHash } from "@/server/invitation/policy";
import { buildCard } from "@/server/publication/card";
import { loadFacts } from "@/server/publication/facts";
import { createWorld, differentRows } from "@/server/snapshot/test-world";
import { FolderBlobStore } from "@/server/storage/blob-store";
import { abilityFile, freezeForTest, influenceFile } from "@/server/training-run/test-run";
import type { Role } from "./matrix";

/** In every text of a world; what an outsider of a private one is sent must not hold it. */
export const CANARY = "kanarienvogel";
const hex = (bytes = 32) => randomBytes(bytes).toString("hex");
type Db = TestDatabase["db"];

/**
 * One Datanet with one of everything in it, made of a contributor's rows and trained on by a builder. Files go to a folder
 * of its own, or where the app of `dataDir` looks for them.
 */
export async function createAccessWorld(db: Db, readAccess: AccessRule, dataDir?: string) {
  const rows = differentRows(30).map((row) => ({ ...row, prompt: `${row.prompt} ${CANARY}` }));
  const world = await createWorld(db, [rows]);
  if (dataDir) Object.assign(world, { blobs: new FolderBlobStore(`${dataDir}/blobs`) });
  const { datanetId, owner, builder, validator, blobs } = world;
  const [contributor] = world.contributors as [(typeof world.contributors)[0]];
  await db
    .update(datanets)
    .set({
      name: `Name ${CANARY}`,
      purpose: `Purpose ${CANARY}`,
      guidelines: `Guidelines ${CANARY}`,
      readAccess,
      contributeAccess: readAccess,
    })
    .where(eq(datanets.id, datanetId));
  await db
    .update(accounts)
    .set({ name: `Contributor ${CANARY}` })
    .where(eq(accounts.id, contributor.id));
  await db
    .update(contributions)
    .set({ fileName: `${CANARY}.csv` })
    .where(eq(contributions.datanetId, datanetId));
  const [member, stranger] = [await makeAccount(db, "Mia"), await makeAccount(db, "Sven")];
  await db
    .insert(datanetMembers)
    .values([member, contributor].map(({ id }) => ({ datanetId, accountId: id })));
  const of = { datanetId, contributorId: contributor.id };

  const snapshotId = await freezeForTest(db, world);
  const submitted = await makeContribution(db, of, [`pending ${CANARY}`]);
  const draft = await makeContribution(db, of, [`draft ${CANARY}`], "ready");
  const uploadId = hex(16);
  await db.insert(uploads).values({
    id: uploadId,
    datanetId,
    accountId: contributor.id,
    fileName: `${CANARY}.csv`,
    totalBytes: 10,
    offsetBytes: 10,
    sha256: hex(),
    status: "stored",
    contributionId: draft.contributionId,
    expiresAt: new Date(Date.now() + 86_400_000),
  });
  const [known] = await db
    .insert(records)
    .values({
      contributionId: submitted.contributionId,
      datanetId,
      contributorId: contributor.id,
      rowNumber: 1,
      revision: 10_000,
      prompt: `known ${CANARY}`,
      answer: "plant",
      rowHash: `known:${hex()}`,
      salt: "",
      status: "known",
    })
    .returning();
  await db.insert(knownAnswers).values({
    recordId: known!.id,
    datanetId,
    expected: "reject",
    explanation: `Because ${CANARY}`,
    createdById: owner.id,
  });
  const [open] = await db
    .insert(snapshots)
    .values({
      datanetId,
      number: 2,
      status: "approval",
      createdById: owner.id,
      rows: 30,
      root: hex(),
      manifestSha256: hex(),
      splitSha256: hex(),
      approvalDeadline: BigInt(Math.floor(Date.now() / 1000) + 86_400),
    })
    .returning();
  const influence = await blobs.put(await influenceFile(db, world));
  const ability = await blobs.put(abilityFile());
  const { adapterId, runId } = await makeAdapter(db, world, [snapshotId]);
  const [run] = await db.select().from(trainingRuns).where(eq(trainingRuns.id, runId));
  const artifacts = { ...run!.artifacts, "influence.json": influence.sha256, "ability.json": ability.sha256 };
  await db.update(trainingRuns).set({ artifacts }).where(eq(trainingRuns.id, runId));
  const secondRun = async (over: Partial<typeof trainingRuns.$inferInsert>) => {
    const { id: _, ...copied } = run!;
    const [made] = await db
      .insert(trainingRuns)
      .values({ ...copied, runCommit: hex(), commitSalt: hex(), artifacts, ...over })
      .returning();
    await db.insert(trainingRunSnapshots).values({ runId: made!.id, snapshotId, datanetId, position: 0 });
    return made!.id;
  };
  const publishedRunId = await secondRun({});
  const weights = await blobs.put(`weights of ${publishedRunId}`);
  const [published] = await db
    .insert(adapters)
    .values({
      runId: publishedRunId,
      datanetId,
      builderId: builder.id,
      name: "Published",
      baseId: "tiny",
      sha256: weights.sha256,
      configSha256: weights.sha256,
    })
    .returning();
  const publishedId = published!.id;
  const evaluation = run!.artifacts["evaluation.json"]!;
  const card = {
    ...buildCard(await loadFacts(db, publishedId), evaluation),
    evaluation: { sha256: evaluation },
  };
  const { sha256: cardSha256 } = await blobs.put(JSON.stringify(card));
  await db
    .insert(adapterCards)
    .values([adapterId, publishedId].map((id) => ({ adapterId: id, sha256: cardSha256, card })));
  await db
    .insert(publications)
    .values({ adapterId: publishedId, status: "final", tokenId: BigInt(`0x${hex(6)}`) });
  const [publication] = await db.insert(publications).values({ adapterId, status: "ready" }).returning();
  const waitingRunId = await secondRun({ status: "commit", artifacts: {} });
  const queuedRunId = await secondRun({ status: "training", artifacts: {} });
  const judgedRunId = await secondRun({ metric: "preference", artifacts: {} });

  const [task] = await db
    .insert(tasks)
    .values({
      datanetId,
      adapterId,
      openedById: builder.id,
      prompt: `task ${CANARY}`,
      promptSha256: hex(),
      wrongAnswer: CANARY,
      expected: "animal",
    })
    .returning();
  const [comparison] = await db
    .insert(comparisons)
    .values({
      adapterId,
      accountId: builder.id,
      prompt: CANARY,
      promptSha256: hex(),
      isTunedFirst: true,
      tunedAnswer: "a",
      baseAnswer: "b",
    })
    .returning();
  const [judgement] = await db
    .insert(judgements)
    .values({ runId: judgedRunId, accountId: builder.id, itemId: "1", isTunedFirst: true })
    .returning();
  const token = randomBytes(32).toString("base64url");
  const [invitation] = await db
    .insert(datanetInvitations)
    .values({
      datanetId,
      role: "member",
      usesLeft: 5,
      tokenHash: tokenHash(token),
      createdById: owner.id,
      expiresAt: new Date(Date.now() + 86_400_000),
    })
    .returning();
  const transactionHash = `0x${hex()}`;
  await db.insert(chainTransactions).values({
    hash: transactionHash,
    chainId: 1,
    purpose: "snapshot.commit",
    subjectId: snapshotId,
    accountId: owner.id,
  });
  // As of a time when the stranger was in.
  await db.insert(notices).values([
    { accountId: stranger.id, kind: "task.done", subjectId: task!.id, facts: { task: CANARY } },
    { accountId: stranger.id, kind: "run.finished", subjectId: runId, facts: { datanet: CANARY } },
  ]);

  const ids: Record<Exclude<Role, "visitor">, string> = {
    stranger: stranger.id,
    member: member.id,
    validator: validator.id,
    owner: owner.id,
    contributor: contributor.id,
    builder: builder.id,
  };
  return {
    datanetId,
    memberId: member.id,
    contributorId: contributor.id,
    contributionId: submitted.contributionId,
    recordId: submitted.recordIds[0]!,
    draftId: draft.contributionId,
    uploadId,
    knownRecordId: known!.id,
    snapshotId,
    openSnapshotId: open!.id,
    runId,
    waitingRunId,
    queuedRunId,
    publishedRunId,
    judgedRunId,
    adapterId,
    publishedId,
    publicationId: publication!.id,
    taskId: task!.id,
    comparisonId: comparison!.id,
    judgementId: judgement!.id,
    invitationId: invitation!.id,
    token,
    transactionHash,
    ids,
    blobs,
    contextOf(role: Role, database: Db): Context {
      const accountId = role === "visitor" ? null : ids[role];
      return {
        db: database,
        blobs,
        actor: accountId ? { accountId, address: addressOf(accountId), sessionHash: "" } : null,
        requestId: "test",
        browser: null,
        userAgent: null,
        client: `${datanetId} ${role}`,
        setCookie: () => {},
      };
    },
    close: world.close,
  };
}
export type AccessWorld = Awaited<ReturnType<typeof createAccessWorld>>;

const addressOf = (accountId: string) =>
  `0x${createHash("sha256").update(accountId).digest("hex").slice(0, 40)}` as const;
