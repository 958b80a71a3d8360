import { sql } from "drizzle-orm";
import type { z } from "zod";
import { accounts } from "@/db/schema";
import { env } from "@/env";
import { appendAudit } from "@/server/audit/append";
import { consumeNonce } from "@/server/auth/nonce";
import { checkSiweMessage, checkSiweSignature } from "@/server/auth/siwe";
import { isValidContractSignature } from "@/server/chain/contract-signature";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { personOf } from "./person";
import { type LinkAddressInput, linkStatement } from "./schemas";

/**
 * Makes another address the same person as the account that is signed in, proved by a message that the other address
 * signed for this very account: from then on neither reviews what the other contributed. It cannot be taken back, or
 * a link would be undone before an own row is decided on.
 * Errors: SIWE_* and SIWE_NONCE (401), OWN_ADDRESS (400).
 */
export async function linkAddress(
  ctx: SignedInContext,
  input: z.output<typeof LinkAddressInput>,
): Promise<{ address: string }> {
  const origin = new URL(env().APP_ORIGIN);
  const message = checkSiweMessage(input.message, {
    domain: origin.host,
    uri: origin.origin,
    chainId: env().CHAIN_ID,
    statement: linkStatement(ctx.actor.address),
  });
  const isFresh = ctx.browser !== null && (await consumeNonce(ctx.db, message.nonce, ctx.browser));
  if (!isFresh) throw staleMessage();
  await checkSiweSignature(input.message, message.address, input.signature, isValidContractSignature);
  const address = message.address.toLowerCase();
  if (address === ctx.actor.address.toLowerCase()) throw ownAddress();
  await ctx.db.transaction(async (tx) => {
    // Two links at once take turns: a person is moved as a whole.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('account.link', 0))`);
    await tx.insert(accounts).values({ address }).onConflictDoNothing();
    const personId = await personOf(tx, ctx.actor.accountId);
    await tx.execute(sql`
      update accounts set person_id = ${personId}
      where person_id = (select person_id from accounts other where other.address = ${address})`);
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "account.linkAddress",
      subject: `account:${ctx.actor.accountId}`,
      data: { address },
    });
  });
  return { address };
}

const staleMessage = () =>
  new AppError(
    "UNAUTHORIZED",
    "SIWE_NONCE",
    "This message was used already, or was made for another browser.",
    "Sign again; a fresh message is made for you.",
  );

const ownAddress = () =>
  new AppError(
    "BAD_REQUEST",
    "OWN_ADDRESS",
    "This is the address that you are signed in with.",
    "Choose another address in your wallet and link that one.",
  );
