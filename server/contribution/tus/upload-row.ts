import { randomBytes } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { uploads } from "@/db/schema";
import type { SignedInContext } from "@/server/trpc";
import { requireContributor } from "../policy";
import { uploadNotFound } from "./problems";

export type UploadRow = typeof uploads.$inferSelect;

/** An upload without a byte for this long is over. */
export const UPLOAD_HOURS = 24;
/** By the database's clock, from now. */
export const untilExpiry = sql`now() + make_interval(hours => ${UPLOAD_HOURS})`;

export const newUploadId = () => randomBytes(16).toString("hex");

type NewUpload = Pick<
  typeof uploads.$inferInsert,
  "id" | "datanetId" | "taskId" | "fileName" | "totalBytes"
> &
  Partial<Pick<typeof uploads.$inferInsert, "offsetBytes" | "sha256">>;

export async function insertUpload(
  { db, actor }: Pick<SignedInContext, "db" | "actor">,
  upload: NewUpload,
): Promise<UploadRow> {
  const [row] = await db
    .insert(uploads)
    .values({ ...upload, accountId: actor.accountId, expiresAt: untilExpiry })
    .returning();
  return row!;
}

/**
 * The upload as the person who sends it sees it; for everybody else it does not exist.
 * Errors: NOT_FOUND, NOT_MEMBER (403) for who has been removed since.
 */
export async function requireOwnUpload(
  db: DatabaseOrTransaction,
  { actor }: Pick<SignedInContext, "actor">,
  id: string,
): Promise<UploadRow> {
  const [row] = await db
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, id), eq(uploads.accountId, actor.accountId)));
  if (!row) throw uploadNotFound();
  await requireContributor({ db, actor }, row.datanetId);
  return row;
}

export const wholeFileOf = (row: UploadRow, sha256: string, file: string) => ({
  uploadId: row.id,
  file,
  sha256,
  bytes: row.totalBytes,
  datanetId: row.datanetId,
  taskId: row.taskId,
  fileName: row.fileName,
});
