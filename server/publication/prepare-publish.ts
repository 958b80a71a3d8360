import { and, eq } from "drizzle-orm";
import { adapterCards, publications } from "@/db/schema";
import { env } from "@/env";
import { appendAudit } from "@/server/audit/append";
import { buildPublication, type PreparedCall, publishCall, signVoucher } from "@/server/chain/calls";
import { chain, chainTarget } from "@/server/chain/context";
import { readNonce } from "@/server/chain/reads";
import { AppError, notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { loadFacts, provenanceOf } from "./facts";
import { requireBuilder } from "./policy";

const VOUCHER_DAYS = 7;

/**
 * The attestor's voucher over what the gate checked, bound to this creator, chain, contract and nonce, and the call
 * that the builder's wallet sends. Asking again makes a fresh voucher; only one of them can be used.
 */
export async function preparePublish(
  ctx: SignedInContext,
  input: { publicationId: string },
): Promise<{ call: PreparedCall }> {
  const [publication] = await ctx.db
    .select()
    .from(publications)
    .where(eq(publications.id, input.publicationId));
  if (!publication) throw notFound("publication");
  await requireBuilder(ctx.db, ctx.actor, publication.adapterId);
  if (publication.status !== "ready") {
    throw new AppError(
      "CONFLICT",
      "GATE_CLOSED",
      "The checks have not all passed, or the publication was sent already.",
      "Look at the checks on this page; run them again if one failed.",
    );
  }
  const facts = await loadFacts(ctx.db, publication.adapterId);
  const [card] = await ctx.db
    .select()
    .from(adapterCards)
    .where(eq(adapterCards.adapterId, publication.adapterId));
  const evaluationHash = (card!.card.evaluation as { sha256: string }).sha256;
  const pub = buildPublication({
    creator: ctx.actor.address,
    artifactHash: facts.adapter.sha256,
    baseModelHash: facts.run.baseHash,
    provenanceRoot: provenanceOf(facts, evaluationHash),
    evaluationHash,
    cardHash: card!.sha256,
    runCommit: facts.run.runCommit,
    uri: `urn:sha256:${card!.sha256}`,
    nonce: await readNonce(chain(), ctx.actor.address),
    deadline: BigInt(Math.floor(Date.now() / 1000) + VOUCHER_DAYS * 86_400),
  });
  const { chainId, adapterRegistry } = chainTarget();
  const voucher = await signVoucher({
    attestorKey: env().ATTESTOR_KEY as `0x${string}`,
    chainId,
    adapterRegistry,
    publication: pub,
  });
  const stored = Object.fromEntries(Object.entries(pub).map(([key, value]) => [key, String(value)]));
  await ctx.db.transaction(async (tx) => {
    await tx
      .update(publications)
      .set({ pub: stored, voucher })
      .where(and(eq(publications.id, publication.id), eq(publications.status, "ready")));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "publication.prepare",
      subject: `publication:${publication.id}`,
      data: { artifactHash: facts.adapter.sha256, cardHash: card!.sha256 },
    });
  });
  return { call: publishCall(chainTarget(), { publication: pub, voucher }) };
}
