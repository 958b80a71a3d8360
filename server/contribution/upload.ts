import { and, eq, ne, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { contributions, datanets } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { requireMember } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import { enqueue } from "@/server/jobs/queue";
import type { StoredBlob } from "@/server/storage/blob-store";
import { linkTask } from "@/server/task/link";
import type { SignedInContext } from "@/server/trpc";
import { displayFileName } from "./file-name";

export type Upload = {
  datanetId: string;
  /** As the browser sent it, URI-encoded; null when it sent none. */
  fileName: string | null;
  content: AsyncIterable<Uint8Array>;
  /** What Content-Length promised; null when it promised nothing. */
  declaredBytes: number | null;
  maxBytes: number;
  /** The task that these examples are written for; null for a file of one's own accord. */
  taskId?: string | null;
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
 * Stores a file while counting its bytes and starts reading it.
 * Errors: NOT_MEMBER (403), NOT_FOUND for the task, FILE_TOO_LARGE (413), FILE_EMPTY and UPLOAD_CUT (400), DUPLICATE_FILE (409), NO_SPACE (507).
 */
export async function uploadContribution(
  ctx: SignedInContext,
  upload: Upload,
): Promise<{ contributionId: string }> {
  await requireMember(ctx.db, ctx.actor, upload.datanetId);
  const blob = await ctx.blobs.putStream(upload.content, upload.maxBytes);
  refuseIncomplete(blob, upload.declaredBytes);
  const fileName = displayFileName(upload.fileName);
  return ctx.db.transaction(async (tx) => {
    await refuseDuplicate(tx, ctx.actor.accountId, upload.datanetId, blob);
    const [datanet] = await tx
      .select({ licence: datanets.licence })
      .from(datanets)
      .where(eq(datanets.id, upload.datanetId));
    const [row] = await tx
      .insert(contributions)
      .values({
        datanetId: upload.datanetId,
        contributorId: ctx.actor.accountId,
        fileName,
        fileSha256: blob.sha256,
        fileBytes: blob.bytes,
        licence: datanet!.licence,
        status: "parsing",
        fence: 1,
      })
      .returning({ id: contributions.id });
    const contributionId = row!.id;
    const { taskId, datanetId } = upload;
    if (taskId) await linkTask(tx, { taskId, contributionId, datanetId });
    await enqueue(tx, "contribution.parse", { contributionId, fence: 1 });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "contribution.upload",
      subject: `contribution:${contributionId}`,
      data: { datanetId: upload.datanetId, sha256: blob.sha256, bytes: blob.bytes },
    });
    return { contributionId };
  });
}

function refuseIncomplete(blob: StoredBlob, declaredBytes: number | null): void {
  if (declaredBytes !== null && blob.bytes !== declaredBytes) {
    throw new AppError(
      "BAD_REQUEST",
      "UPLOAD_CUT",
      `${blob.bytes.toLocaleString("en")} of ${declaredBytes.toLocaleString("en")} bytes arrived.`,
      "Upload the file again; nothing was kept of it.",
    );
  }
  if (blob.bytes === 0) {
    throw new AppError(
      "BAD_REQUEST",
      "FILE_EMPTY",
      "The file has 0 bytes.",
      "Export it again and check that it holds one example per row, then choose it once more.",
    );
  }
}

async function refuseDuplicate(
  tx: Transaction,
  contributorId: string,
  datanetId: string,
  blob: StoredBlob,
): Promise<void> {
  // Two tabs that send the same file at once take turns here.
  const key = `upload:${datanetId}:${contributorId}:${blob.sha256}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
  const [first] = await tx
    .select({ id: contributions.id, fileName: contributions.fileName })
    .from(contributions)
    .where(
      and(
        eq(contributions.datanetId, datanetId),
        eq(contributions.contributorId, contributorId),
        eq(contributions.fileSha256, blob.sha256),
        // A refused file left nothing in the Datanet, and what refused it may be mended by now.
        ne(contributions.status, "failed"),
      ),
    )
    .orderBy(contributions.createdAt)
    .limit(1);
  if (first) throw new DuplicateFileError(first.id, first.fileName);
}
