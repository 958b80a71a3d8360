import { randomUUID } from "node:crypto";
import type { Database } from "@/db/client";
import { browserCookieName, readCookie, sessionCookieName } from "./auth/cookies";
import { findActor } from "./auth/session";
import { shared } from "./shared";
import type { BlobStore } from "./storage/blob-store";

/** Who is asking. Null is a visitor: everything public is readable with no wallet. */
export type Actor = { accountId: string; address: `0x${string}`; sessionHash: string };

/** What every verb gets: the database, the files, the actor. Tests build their own. */
export type Context = {
  db: Database;
  blobs: BlobStore;
  actor: Actor | null;
  requestId: string;
  /** Random value of this browser's own cookie; a sign-in nonce is bound to it. */
  browser: string | null;
  userAgent: string | null;
  /** Network address of the other end, for rate limits of visitors. */
  client?: string | null;
  /** The header `Idempotency-Key` as sent; null when there is none. */
  idempotencyKey?: string | null;
  setCookie: (cookie: string) => void;
};

/** Whom a query joins its rows with: for a visitor the all-zero id, which is nobody's. */
export const askerId = ({ actor }: Pick<Context, "actor">): string =>
  actor?.accountId ?? "00000000-0000-0000-0000-000000000000";

/** Context of one HTTP request; a page has only its headers. */
export async function createContext(
  request: { headers: Pick<Headers, "get"> },
  setCookie: (cookie: string) => void,
): Promise<Context> {
  const cookie = request.headers.get("cookie");
  const { db, blobs } = shared();
  return {
    db,
    blobs,
    actor: await findActor(db, readCookie(cookie, sessionCookieName())),
    requestId: randomUUID(),
    browser: readCookie(cookie, browserCookieName()),
    userAgent: request.headers.get("user-agent"),
    client: request.headers.get("x-client-address"),
    idempotencyKey: request.headers.get("idempotency-key"),
    setCookie,
  };
}
