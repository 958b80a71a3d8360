import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { eq } from "drizzle-orm";
import { accounts, adapterCards, publications, records, snapshotRecords } from "@/db/schema";
import { mayReadRun, requireReadableAdapter } from "@/server/access/require";
import { chain } from "@/server/chain/context";
import { leafHash, merkleRootOfLeaves, rowHash } from "@/server/chain/hash";
import { readAdapter, readBatch, readRunCommit } from "@/server/chain/reads";
import type { Context } from "@/server/context";
import { AppError } from "@/server/errors";
import { loadFacts, provenanceOf, runCommitOf } from "@/server/publication/facts";
import { requireRate } from "@/server/rate-limit";

/** One line of the re-check: what the files give now, what the chain holds, and whether they are the same. */
export type RecheckLine = { name: string; from: string; computed: string; onChain: string; equal: boolean };

/**
 * Recomputes every hash of the published record from the files and rows as they are now, and compares them with the
 * chain as it is now. Anyone may ask.
 */
export async function recheckAdapter(
  ctx: Context,
  input: { adapterId: string },
): Promise<{ lines: RecheckLine[] }> {
  // It hashes every file and row of the version: dear, and open to visitors.
  requireRate(ctx, { name: "adapter.recheck", limit: 20, windowMs: 60_000 });
  await requireReadableAdapter(ctx, input.adapterId);
  const [publication] = await ctx.db
    .select({ tokenId: publications.tokenId })
    .from(publications)
    .where(eq(publications.adapterId, input.adapterId));
  if (!publication?.tokenId) {
    throw new AppError(
      "CONFLICT",
      "NOT_PUBLISHED",
      "This adapter is not on the chain, so there is nothing to compare with.",
      "Publish it first, or wait until its transaction is included.",
    );
  }
  const facts = await loadFacts(ctx.db, input.adapterId);
  const [card] = await ctx.db.select().from(adapterCards).where(eq(adapterCards.adapterId, input.adapterId));
  const record = await readAdapter(chain(), publication.tokenId);
  const batches = await Promise.all(
    facts.sources.map(({ datanet, snapshot }) =>
      readBatch(chain(), datanet.chainDatanetId!, snapshot.number),
    ),
  );
  const commit = await readRunCommit(chain(), facts.builder.address as `0x${string}`, facts.run.runCommit);
  if (!record || batches.some((batch) => !batch)) {
    throw new AppError(
      "CONFLICT",
      "CHAIN_DIFFERS",
      "The chain does not know this record, although this app does.",
      "The chain was probably replaced. Ask the operator; the files are unharmed.",
    );
  }
  const hashOf = async (sha: string) => sha256(await ctx.blobs.get(sha).catch(() => Buffer.from("missing")));
  const evaluationHash = (card!.card.evaluation as { sha256: string }).sha256;
  const line = (name: string, from: string, computed: string, onChain: string): RecheckLine => ({
    name,
    from,
    computed,
    onChain,
    equal: computed === onChain,
  });
  const isOpen = await mayReadRun(ctx, facts.run.id);
  const versions: RecheckLine[] = [];
  for (const [i, { snapshot, datanet }] of facts.sources.entries()) {
    const batch = batches[i]!;
    const leaves = await computeLeaves(ctx, snapshot.id);
    const named = isOpen ? ` of “${datanet.name}”` : ` ${i + 1}`;
    const which = facts.sources.length > 1 ? named : "";
    versions.push(
      line(
        `Rows of the version${which}`,
        `text, contributor and salt of ${leaves.length} rows`,
        merkleRootOfLeaves(leaves),
        batch.root,
      ),
      line(
        `Manifest of the version${which}`,
        "snapshot_manifest.json",
        await hashOf(snapshot.manifestSha256 ?? ""),
        batch.manifestHash,
      ),
    );
  }
  return {
    lines: [
      line("Adapter", "adapter_model.safetensors", await hashOf(facts.adapter.sha256), record.artifactHash),
      line("Evaluation", "evaluation.json", await hashOf(evaluationHash), record.evaluationHash),
      line("Card", "card.json", sha256(canonicalize(card!.card)!), record.cardHash),
      line(
        "Base model",
        "hashes of the base's files, as the training loaded them",
        facts.run.baseHash,
        record.baseModelHash,
      ),
      line(
        "Provenance",
        "version, settings and evaluation",
        provenanceOf(facts, evaluationHash),
        record.provenanceRoot,
      ),
      line(
        "Run announced before training",
        "salt, split, metric, hypothesis",
        runCommitOf(facts),
        record.runCommit,
      ),
      line("Announced at block", "the builder's commitRun", "announced", commit ? "announced" : "missing"),
      ...versions,
    ],
  };
}

/** The leaves anew from the rows as they are: a changed letter in one row changes the root. */
async function computeLeaves(ctx: Context, snapshotId: string): Promise<string[]> {
  const rows = await ctx.db
    .select({
      prompt: records.prompt,
      answer: records.answer,
      system: records.system,
      category: records.category,
      source: records.source,
      salt: records.salt,
      contributor: accounts.address,
    })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .where(eq(snapshotRecords.snapshotId, snapshotId));
  return rows.map(({ salt, contributor, ...row }) => leafHash({ rowHash: rowHash(row), contributor, salt }));
}

const sha256 = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
