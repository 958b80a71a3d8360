import { eq } from "drizzle-orm";
import { accounts } from "@/db/schema";
import { env } from "@/env";
import { appendAudit } from "@/server/audit/append";
import { consumeNonce } from "@/server/auth/nonce";
import { createSession } from "@/server/auth/session";
import { checkSiweMessage, checkSiweSignature } from "@/server/auth/siwe";
import { isValidContractSignature } from "@/server/chain/contract-signature";
import type { Context } from "@/server/context";
import { AppError } from "@/server/errors";

/** Verifies the signed message and opens a new session; the returned token exists nowhere else. */
export async function signIn(
  ctx: Context,
  input: { message: string; signature: string },
): Promise<{ token: string }> {
  const origin = new URL(env().APP_ORIGIN);
  const message = checkSiweMessage(input.message, {
    domain: origin.host,
    uri: origin.origin,
    chainId: env().CHAIN_ID,
  });
  const isFresh = ctx.browser !== null && (await consumeNonce(ctx.db, message.nonce, ctx.browser));
  if (!isFresh) {
    throw new AppError(
      "UNAUTHORIZED",
      "SIWE_NONCE",
      "This sign-in message was used already, or was made for another browser.",
      "Sign again; a fresh message is made for you.",
    );
  }
  await checkSiweSignature(input.message, message.address, input.signature, isValidContractSignature);
  const address = message.address.toLowerCase();
  return ctx.db.transaction(async (tx) => {
    await tx.insert(accounts).values({ address }).onConflictDoNothing();
    const [account] = await tx
      .select({ id: accounts.id })
      .from(accounts)
      .where(eq(accounts.address, address));
    const token = await createSession(tx, account!.id, ctx.userAgent);
    await appendAudit(tx, {
      actorId: account!.id,
      action: "account.sign-in",
      subject: `account:${account!.id}`,
    });
    return { token };
  });
}
