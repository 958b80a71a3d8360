import { randomBytes } from "node:crypto";
import { env } from "@/env";
import { browserCookieName, serializeCookie, sessionCookieName } from "@/server/auth/cookies";
import { issueNonce } from "@/server/auth/nonce";
import { SESSION_HOURS } from "@/server/auth/session";
import { SIWE_STATEMENT } from "@/server/auth/siwe";
import { requireRate } from "@/server/rate-limit";
import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { fundAccount } from "./fund";
import { linkAddress } from "./link-address";
import { linkedAddresses } from "./person";
import { getMe } from "./queries";
import { LinkAddressInput, RevokeSessionInput, SetNameInput, SignInInput } from "./schemas";
import { listSessions, revokeSession } from "./sessions";
import { setName } from "./set-name";
import { signIn } from "./sign-in";
import { signOut } from "./sign-out";

const BROWSER_COOKIE_SECONDS = 365 * 86_400;

export const accountRouter = router({
  me: publicProcedure.query(({ ctx }) => getMe(ctx)),
  nonce: publicProcedure.mutation(async ({ ctx }) => {
    requireRate(ctx, { name: "account.nonce", limit: 60, windowMs: 60_000 });
    const browser = ctx.browser ?? randomBytes(16).toString("hex");
    ctx.setCookie(serializeCookie(browserCookieName(), browser, BROWSER_COOKIE_SECONDS));
    const origin = new URL(env().APP_ORIGIN);
    return {
      nonce: await issueNonce(ctx.db, browser),
      domain: origin.host,
      uri: origin.origin,
      chainId: env().CHAIN_ID,
      statement: SIWE_STATEMENT,
    };
  }),
  signIn: publicProcedure.input(SignInInput).mutation(async ({ ctx, input }) => {
    const { token } = await signIn(ctx, input);
    ctx.setCookie(serializeCookie(sessionCookieName(), token, SESSION_HOURS * 3600));
  }),
  signOut: signedInProcedure.mutation(async ({ ctx }) => {
    await signOut(ctx);
    ctx.setCookie(serializeCookie(sessionCookieName(), "", 0));
  }),
  setName: signedInProcedure.input(SetNameInput).mutation(({ ctx, input }) => setName(ctx, input)),
  sessions: signedInProcedure.query(({ ctx }) => listSessions(ctx)),
  revokeSession: signedInProcedure
    .input(RevokeSessionInput)
    .mutation(({ ctx, input }) => revokeSession(ctx, input)),
  linked: signedInProcedure.query(({ ctx }) => linkedAddresses(ctx.db, ctx.actor.accountId)),
  linkAddress: signedInProcedure
    .input(LinkAddressInput)
    .mutation(({ ctx, input }) => linkAddress(ctx, input)),
  fund: signedInProcedure.mutation(({ ctx }) => fundAccount(ctx)),
});
