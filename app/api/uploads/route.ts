import { z } from "zod";
import { env } from "@/env";
import { DuplicateFileError } from "@/server/contribution/register";
import { uploadContribution } from "@/server/contribution/upload";
import { AppError } from "@/server/errors";
import { answerSent } from "../answer-sent";
import { bodyChunks } from "../body-chunks";

/** POST /api/uploads: a file as the raw body, its name, Datanet and (if any) task in headers. Answers {contributionId}. */
export function POST(request: Request): Promise<Response> {
  return answerSent(
    request,
    (ctx) => uploadContribution(ctx, readUpload(request)),
    (error) => (error instanceof DuplicateFileError ? { contributionId: error.contributionId } : null),
  );
}

function readUpload(request: Request) {
  const datanetId = z.uuid().safeParse(request.headers.get("x-datanet-id"));
  if (!datanetId.success) {
    const fix = "Send the Datanet's id in the header x-datanet-id.";
    throw new AppError(
      "BAD_REQUEST",
      "INPUT_INVALID",
      "The upload does not say which Datanet it is for.",
      fix,
    );
  }
  const taskId = z.uuid().nullable().safeParse(request.headers.get("x-task-id"));
  if (!taskId.success) {
    const fix = "Open the task again and start from there.";
    throw new AppError("BAD_REQUEST", "INPUT_INVALID", "The upload names no task of ours.", fix);
  }
  return {
    datanetId: datanetId.data,
    taskId: taskId.data,
    fileName: request.headers.get("x-file-name"),
    content: bodyChunks(request.body),
    declaredBytes: declaredBytes(request.headers.get("content-length")),
    maxBytes: env().UPLOAD_MAX_BYTES,
    quotaBytes: env().STORAGE_QUOTA_BYTES,
  };
}

function declaredBytes(header: string | null): number | null {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
