import { eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { accounts } from "@/db/schema";

/** Every account of the person whose account this is, it among them: what one has done counts for all. */
export async function accountsOfPerson(db: DatabaseOrTransaction, accountId: string): Promise<string[]> {
  const rows = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(sql`${accounts.personId} = (select person_id from accounts me where me.id = ${accountId})`);
  return rows.map(({ id }) => id);
}

export async function isSamePerson(db: DatabaseOrTransaction, one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  const rows = await db
    .select({ personId: accounts.personId })
    .from(accounts)
    .where(sql`${accounts.id} in (${one}, ${other})`);
  return rows.length === 2 && rows[0]!.personId === rows[1]!.personId;
}

/** The addresses of this person's other accounts, the oldest first. */
export async function linkedAddresses(db: DatabaseOrTransaction, accountId: string) {
  return db
    .select({ accountId: accounts.id, address: accounts.address, name: accounts.name })
    .from(accounts)
    .where(
      sql`${accounts.personId} = (select person_id from accounts me where me.id = ${accountId}) and ${accounts.id} <> ${accountId}`,
    )
    .orderBy(accounts.createdAt);
}

/** The person behind an account. */
export async function personOf(db: DatabaseOrTransaction, accountId: string): Promise<string> {
  const [row] = await db
    .select({ personId: accounts.personId })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  return row!.personId;
}
