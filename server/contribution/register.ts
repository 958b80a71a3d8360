import { and, eq, ne, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { contributions, datanets, uploads } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import { enqueue } from "@/server/jobs/queue";
import type { StoredBlob } from "@/server/storage/blob-store";
import { noSpace } from "@/server/storage/no-space";
import { linkTask } from "@/server/task/link";
import type { SignedInContext } from "@/server/trpc";
import { chargeRoom } from "./quota";

/** A whole file on the disk: `file` is where it lies until it takes the name of its hash. */
export type WholeFile = StoredBlob & {
  uploadId: string;
  file: string;
  datanetId: string;
  taskId: string | null;
  fileName: string;
};

/** The person has this very file in the Datanet already: `contributionId` is the first one. */
export class DuplicateFileError extends AppError {
  readonly contributionId: string;

  constructor(contributionId: string, fileName: string) {
    super(
      "CONFLICT",
      "DUPLICATE_FILE",
      `You have already uploaded this file to this Datanet, as "${fileName}".`,
      "Open that contribution, or choose another file.",
    );
    this.contributionId = contributionId;
  }
}

/**
 * Stores a whole file under its hash, makes the contribution and starts reading it, for an upload that is `sending`
 * with its hash written down. May be done again after a kill anywhere; a refusal ends the upload and drops its bytes.
 * Errors: DUPLICATE_FILE (409), QUOTA (413), NOT_FOUND for the task.
 */
export async function registerFile(
  ctx: SignedInContext,
  whole: WholeFile,
  quotaBytes: number,
): Promise<{ contributionId: string }> {
  try {
    return await ctx.db.transaction((tx) => register(tx, ctx, whole, quotaBytes));
  } catch (failure) {
    const error = noSpace(failure) ?? failure;
    if (error instanceof AppError) {
      const { code, message, fix } = error;
      await ctx.db
        .update(uploads)
        .set({ status: "failed", problem: { code, message, fix } })
        .where(and(eq(uploads.id, whole.uploadId), eq(uploads.status, "sending")));
      await ctx.blobs.drop(whole.file);
    }
    throw error;
  }
}

async function register(tx: Transaction, ctx: SignedInContext, whole: WholeFile, quotaBytes: number) {
  const { accountId } = ctx.actor;
  const { datanetId, taskId, sha256, bytes } = whole;
  await lockBlob(tx, sha256);
  await refuseDuplicate(tx, accountId, whole);
  await chargeRoom(tx, { accountId, uploadId: whole.uploadId }, bytes, quotaBytes);
  const [datanet] = await tx
    .select({ licence: datanets.licence })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  const [row] = await tx
    .insert(contributions)
    .values({
      datanetId,
      contributorId: accountId,
      fileName: whole.fileName,
      fileSha256: sha256,
      fileBytes: bytes,
      licence: datanet!.licence,
      status: "parsing",
      fence: 1,
    })
    .returning({ id: contributions.id });
  const contributionId = row!.id;
  if (taskId) await linkTask(tx, { taskId, contributionId, datanetId });
  await enqueue(tx, "contribution.parse", { contributionId, fence: 1 });
  await appendAudit(tx, {
    actorId: accountId,
    action: "contribution.upload",
    subject: `contribution:${contributionId}`,
    data: { datanetId, sha256, bytes },
  });
  await tx
    .update(uploads)
    .set({ status: "stored", contributionId, offsetBytes: bytes })
    .where(eq(uploads.id, whole.uploadId));
  // Last, so that only the commit lies between the file's name and the row that names it; the sweeper covers that gap.
  if (!(await ctx.blobs.adopt(whole.file, sha256))) throw bytesGone();
  return { contributionId };
}

/** Whoever stores or removes a file takes turns here: an orphan may be sent again while it is being removed. */
export async function lockBlob(tx: Transaction, sha256: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`blob:${sha256}`}, 0))`);
}

/** Two tabs that send the same file at once have taken turns at the lock of its blob. */
async function refuseDuplicate(
  tx: Transaction,
  contributorId: string,
  { datanetId, sha256 }: WholeFile,
): Promise<void> {
  const [first] = await tx
    .select({ id: contributions.id, fileName: contributions.fileName })
    .from(contributions)
    .where(
      and(
        eq(contributions.datanetId, datanetId),
        eq(contributions.contributorId, contributorId),
        eq(contributions.fileSha256, sha256),
        // A refused file left nothing in the Datanet, and what refused it may be mended by now.
        ne(contributions.status, "failed"),
      ),
    )
    .orderBy(contributions.createdAt)
    .limit(1);
  if (first) throw new DuplicateFileError(first.id, first.fileName);
}

const bytesGone = () =>
  new AppError(
    "CONFLICT",
    "UPLOAD_CUT",
    "The bytes that had arrived are no longer on the disk.",
    "Upload the file again from its beginning.",
  );
