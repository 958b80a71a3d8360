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
  setCookie: (cookie: string) => void;
};

/** Context of one HTTP request. */
export async function createContext(request: Request, setCookie: (cookie: string) => void): Promise<Context> {
  const cookie = request.headers.get("cookie");
  const { db, blobs } = shared();
  return {
    db,
    blobs,
    actor: await findActor(db, readCookie(cookie, sessionCookieName())),
    requestId: randomUUID(),
    browser: readCookie(cookie, browserCookieName()),
    userAgent: request.headers.get("user-agent"),
    setCookie,
  };
}
