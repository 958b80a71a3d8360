import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { accounts, sessions } from "@/db/schema";
import type { Actor } from "@/server/context";
import { shared } from "@/server/shared";
import { readCookie, sessionCookieName } from "./cookies";

export const SESSION_HOURS = 12;
const IDLE_MINUTES = 30;
/** Writing last_seen_at on every read would turn each page view into a write. */
const TOUCH_SECONDS = 60;

export const hashToken = (token: string) => createHash("sha256").update(token).digest("hex");

/** A new opaque 256-bit token at every sign-in; only its hash is stored. */
export async function createSession(
  db: DatabaseOrTransaction,
  accountId: string,
  userAgent: string | null,
): Promise<string> {
  const token = randomBytes(32).toString("hex");
  await db.insert(sessions).values({
    tokenHash: hashToken(token),
    accountId,
    expiresAt: new Date(Date.now() + SESSION_HOURS * 3_600_000),
    userAgent: userAgent?.slice(0, 200),
  });
  return token;
}

/** Asked with every request, so it is put together once for each database. */
const questions = new WeakMap<DatabaseOrTransaction, ReturnType<typeof prepareQuestion>>();
const prepareQuestion = (db: DatabaseOrTransaction) =>
  db
    .select({ accountId: sessions.accountId, address: accounts.address, lastSeenAt: sessions.lastSeenAt })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .where(
      and(
        eq(sessions.tokenHash, sql.placeholder("tokenHash")),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql`now()`),
        gt(sessions.lastSeenAt, sql`now() - make_interval(mins => ${IDLE_MINUTES})`),
      ),
    )
    .prepare("find_actor");

export async function findActor(db: DatabaseOrTransaction, token: string | null): Promise<Actor | null> {
  if (!token) return null;
  const tokenHash = hashToken(token);
  const question = questions.get(db) ?? prepareQuestion(db);
  questions.set(db, question);
  const [row] = await question.execute({ tokenHash });
  if (!row) return null;
  if (Date.now() - row.lastSeenAt.getTime() > TOUCH_SECONDS * 1000) {
    await db.update(sessions).set({ lastSeenAt: sql`now()` }).where(eq(sessions.tokenHash, tokenHash));
  }
  return { accountId: row.accountId, address: row.address as `0x${string}`, sessionHash: tokenHash };
}

/** For route handlers and server components outside tRPC. */
export function actorFromCookies(cookieHeader: string | null): Promise<Actor | null> {
  return findActor(shared().db, readCookie(cookieHeader, sessionCookieName()));
}

export const actorFromRequest = (request: Request) => actorFromCookies(request.headers.get("cookie"));
