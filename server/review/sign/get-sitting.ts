import { and, eq, sql } from "drizzle-orm";
import { datanets, records, reviews } from "@/db/schema";
import { env } from "@/env";
import { requireReadableDatanet } from "@/server/access/require";
import { chainContracts } from "@/server/chain/context";
import { toBytes32 } from "@/server/chain/hash";
import { reviewBatch } from "@/server/chain/typed-data";
import type { Context } from "@/server/context";
import { requireValidator } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { decisionsRoot } from "./leaf";
import { isSignable, unsignedDecisions } from "./unsigned";

type Sitting = { root: string; decisions: number; madeAt: bigint };

/** The message as wallets sign it; without the chain's id of the Datanet there is nothing to sign for. */
export function sittingMessage(chainDatanetId: bigint, { root, decisions, madeAt }: Sitting) {
  return reviewBatch(
    { chainId: env().CHAIN_ID, contract: chainContracts().datanetRegistry },
    { datanetId: chainDatanetId, root: toBytes32(root), decisions: BigInt(decisions), madeAt },
  );
}

/**
 * How many decisions of the person asking wait for their signature; 0 for a visitor and before registration.
 * Error: NOT_FOUND.
 */
export async function countUnsigned(ctx: Context, datanetId: string): Promise<{ unsigned: number }> {
  await requireReadableDatanet(ctx, datanetId);
  if (!ctx.actor) return { unsigned: 0 };
  const [row] = await ctx.db
    .select({ n: sql<number>`count(*)::int` })
    .from(reviews)
    .innerJoin(records, eq(records.id, reviews.recordId))
    .innerJoin(datanets, eq(datanets.id, records.datanetId))
    .where(
      and(
        eq(records.datanetId, datanetId),
        eq(reviews.validatorId, ctx.actor.accountId),
        sql`${datanets.chainDatanetId} is not null`,
        isSignable,
      ),
    );
  return { unsigned: row!.n };
}

/**
 * Typed data over the validator's unsigned decisions. Errors: NOT_VALIDATOR (403), NOTHING_TO_SIGN and NOT_ON_CHAIN
 * (409), NOT_FOUND.
 */
export async function getSitting(ctx: SignedInContext, { datanetId }: { datanetId: string }) {
  await requireValidator(ctx.db, ctx.actor, datanetId);
  const chainDatanetId = await requireChainId(ctx, datanetId);
  const decisions = await unsignedDecisions(ctx.db, datanetId, ctx.actor.accountId);
  if (decisions.length === 0) throw nothingToSign();
  const root = decisionsRoot(decisions.map(({ signed }) => signed));
  const madeAt = BigInt(Math.floor(Date.now() / 1000));
  const sitting = { root, decisions: decisions.length, madeAt };
  return {
    typedData: sittingMessage(chainDatanetId, sitting),
    root,
    decisions: decisions.length,
    madeAt: madeAt.toString(),
  };
}

export async function requireChainId(ctx: Context, datanetId: string): Promise<bigint> {
  const [datanet] = await ctx.db
    .select({ chainDatanetId: datanets.chainDatanetId })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  if (datanet?.chainDatanetId) return datanet.chainDatanetId;
  throw new AppError(
    "CONFLICT",
    "NOT_ON_CHAIN",
    "This Datanet is not registered on the chain yet, so there is nothing to sign for.",
    "Decisions are kept; sign them once its owner has registered it.",
  );
}

export const nothingToSign = () =>
  new AppError(
    "CONFLICT",
    "NOTHING_TO_SIGN",
    "All your decisions here are signed, but for those you may still take back.",
    "Nothing to do.",
  );
