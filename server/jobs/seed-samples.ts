import path from "node:path";
import { and, desc, eq, inArray } from "drizzle-orm";
import {
  chainTransactions,
  datanetMembers,
  datanets,
  publications,
  snapshots,
  trainingRuns,
} from "@/db/schema";
import type { TransactionPurpose } from "@/db/schema/chain.constants";
import { commitRunCall, type PreparedCall } from "@/server/chain/calls";
import { chain, chainTarget } from "@/server/chain/context";
import { sendFaucetMoney } from "@/server/chain/faucet";
import { addressOf, sendCall, signApproval } from "@/server/chain/key-wallet";
import { readRunCommit } from "@/server/chain/reads";
import { recordSubmitted } from "@/server/chain/submitted";
import { prepareGrant, prepareRegister } from "@/server/datanet/prepare";
import { gateSample } from "@/server/publication/gate-sample";
import { preparePublish } from "@/server/publication/prepare-publish";
import { SAMPLES, type Sample } from "@/server/sample/catalogue";
import { readSampleFolder, type SampleFolder, SampleRefused } from "@/server/sample/folder";
import { sampleIds } from "@/server/sample/ids";
import { insertSampleDatanet } from "@/server/sample/insert-datanet";
import { insertSampleRun, sampleRunRow } from "@/server/sample/insert-run";
import { loadSampleKeys, type SampleKeys } from "@/server/sample/keys";
import { approveSnapshot } from "@/server/snapshot/approve";
// biome-ignore lint/style/noRestrictedImports: the seed stands where a person would click.
import { freezeSnapshot } from "@/server/snapshot/freeze";
import { getApproval } from "@/server/snapshot/get-approval";
import { prepareCommit } from "@/server/snapshot/prepare-commit";
import type { SignedInContext } from "@/server/trpc";
import type { WorkerDeps } from "./worker-deps";

export type SeedState = "seeding" | "done" | "refused";
type Seed = { sample: Sample; folder: SampleFolder; keys: SampleKeys };

/**
 * Seeds the samples, one step a call, until each is published on the local chain. Every step looks at what is there
 * and goes on from it through the verbs a person's clicks go through, so it may be killed anywhere and called again.
 */
export function sampleSeeder(deps: WorkerDeps, root = path.resolve("samples")) {
  const states = new Map<string, SeedState>();
  const folders = new Map<string, SampleFolder>();
  return async function seedSamples(): Promise<Map<string, SeedState>> {
    if (deps.env.SEED === "off" || deps.env.LOCAL_WALLET !== "1" || !deps.env.FAUCET_KEY) return states;
    for (const sample of Object.values(SAMPLES)) {
      if (["done", "refused"].includes(states.get(sample.key) ?? "")) continue;
      try {
        const isDone = await isPublished(deps, sample);
        if (!isDone) {
          const keys = await loadSampleKeys(deps.env.DATA_DIR);
          const folder = folders.get(sample.key) ?? (await readSampleFolder(root, sample));
          folders.set(sample.key, folder);
          await step(deps, { sample, folder, keys });
        }
        states.set(sample.key, isDone ? "done" : "seeding");
        if (isDone) folders.delete(sample.key);
      } catch (error) {
        if (!(error instanceof SampleRefused)) throw error;
        states.set(sample.key, "refused");
        console.error(error.message);
      }
      // One after the other: the first is whole before the second takes the machine.
      if (states.get(sample.key) === "seeding") break;
    }
    return states;
  };
}

async function isPublished({ db }: WorkerDeps, sample: Sample): Promise<boolean> {
  const [row] = await db
    .select({ status: publications.status })
    .from(publications)
    .where(eq(publications.adapterId, sampleIds(sample.key).adapter));
  return row?.status === "included" || row?.status === "final";
}

async function step(deps: WorkerDeps, seed: Seed): Promise<void> {
  const { db } = deps;
  const ids = sampleIds(seed.sample.key);
  const [datanet] = await db.select().from(datanets).where(eq(datanets.id, ids.datanet));
  if (!datanet) return insert(deps, seed);
  if (datanet.chainDatanetId === null) {
    return send(deps, seed, "datanet.create", ids.datanet, async (owner) => {
      await sendFaucetMoney(owner.actor.address, deps.env.FAUCET_KEY as `0x${string}`);
      return (await prepareRegister(owner, { datanetId: ids.datanet })).call;
    });
  }
  const accountId = ids.account(seed.sample.validator);
  const [validator] = await db
    .select()
    .from(datanetMembers)
    .where(and(eq(datanetMembers.datanetId, ids.datanet), eq(datanetMembers.accountId, accountId)));
  if (!validator?.isValidatorOnChain) {
    return send(deps, seed, "datanet.grant", ids.datanet, async (owner) => {
      return (await prepareGrant(owner, { datanetId: ids.datanet, accountId })).call;
    });
  }
  const [snapshot] = await db
    .select()
    .from(snapshots)
    .where(eq(snapshots.datanetId, ids.datanet))
    .orderBy(desc(snapshots.number))
    .limit(1);
  if (snapshot?.status !== "frozen") return freeze(deps, seed, snapshot);
  return runAndPublish(deps, seed, snapshot.id);
}

async function insert({ db, blobs }: WorkerDeps, { sample, folder, keys }: Seed): Promise<void> {
  const people = [sample.owner, sample.validator, ...sample.contributors];
  const addresses = new Map(people.map((name) => [name, addressOf(keys[`${sample.key}/${name}`]!)]));
  await db.transaction((tx) => insertSampleDatanet(tx, blobs, sample, folder, addresses));
}

async function freeze(
  deps: WorkerDeps,
  seed: Seed,
  snapshot: typeof snapshots.$inferSelect | undefined,
): Promise<void> {
  const { sample, keys } = seed;
  const datanetId = sampleIds(sample.key).datanet;
  if (!snapshot) {
    await freezeSnapshot(contextOf(deps, seed, sample.owner), { datanetId });
    return;
  }
  if (snapshot.status === "failed") {
    throw new SampleRefused(`The sample "${sample.name}" is not shown: ${snapshot.problem}`);
  }
  if (snapshot.status === "approval") {
    const validator = contextOf(deps, seed, sample.validator);
    const { typedData, deadline } = await getApproval(validator, { snapshotId: snapshot.id });
    const signature = await signApproval(keys[`${sample.key}/${sample.validator}`]!, typedData);
    await approveSnapshot(validator, { snapshotId: snapshot.id, signature, deadline });
    return;
  }
  if (snapshot.status !== "commit") return;
  await send(deps, seed, "snapshot.commit", snapshot.id, async (owner) => {
    return (await prepareCommit(owner, { snapshotId: snapshot.id })).call;
  });
}

/** The announcement is on the chain before the run is shown, as it would be before a training. */
async function runAndPublish(deps: WorkerDeps, seed: Seed, snapshotId: string): Promise<void> {
  const { sample, folder, keys } = seed;
  const ids = sampleIds(sample.key);
  const ownerKey = keys[`${sample.key}/${sample.owner}`]!;
  const [run] = await deps.db.select().from(trainingRuns).where(eq(trainingRuns.id, ids.run));
  if (!run) {
    const row = await sampleRunRow(deps, sample, folder, snapshotId);
    const { runCommit } = row.values;
    if (!(await readRunCommit(chain(), addressOf(ownerKey), runCommit))) {
      await sendCall(ownerKey, commitRunCall(chainTarget(), { runCommit }));
      return;
    }
    return insertSampleRun(deps, sample, folder, row);
  }
  const [publication] = await deps.db
    .select()
    .from(publications)
    .where(eq(publications.adapterId, ids.adapter));
  if (!publication) return gateSample(deps, ids.adapter, ids.publication, folder.generations);
  if (publication.status === "blocked") {
    const failed = publication.checks.find(({ ok }) => !ok);
    throw new SampleRefused(
      `The sample "${sample.name}" is not published: ${failed?.detail ?? "a check failed"}`,
    );
  }
  if (publication.status !== "ready") return;
  await send(deps, seed, "adapter.publish", publication.id, async (owner) => {
    return (await preparePublish(owner, { publicationId: publication.id })).call;
  });
}

/** Sends one call of the owner's and notes it, unless one is on its way. A call sent twice by a kill does no harm. */
async function send(
  deps: WorkerDeps,
  seed: Seed,
  purpose: TransactionPurpose,
  subjectId: string,
  prepare: (owner: SignedInContext) => Promise<PreparedCall>,
): Promise<void> {
  const [open] = await deps.db
    .select({ hash: chainTransactions.hash })
    .from(chainTransactions)
    .where(
      and(
        eq(chainTransactions.subjectId, subjectId),
        eq(chainTransactions.purpose, purpose),
        inArray(chainTransactions.status, ["submitted", "included"]),
      ),
    );
  if (open) return;
  const { sample, keys } = seed;
  const owner = contextOf(deps, seed, sample.owner);
  const hash = await sendCall(keys[`${sample.key}/${sample.owner}`]!, await prepare(owner));
  await recordSubmitted(owner, { hash, purpose, subjectId });
}

/** A sample account as the verbs know a person who is signed in. */
function contextOf({ db, blobs }: WorkerDeps, { sample, keys }: Seed, name: string): SignedInContext {
  const accountId = sampleIds(sample.key).account(name);
  const address = addressOf(keys[`${sample.key}/${name}`]!);
  return {
    db,
    blobs,
    actor: { accountId, address, sessionHash: "" },
    requestId: `seed:${sample.key}`,
    browser: null,
    userAgent: null,
    setCookie: () => {},
  };
}
