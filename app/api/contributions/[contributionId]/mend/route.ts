import path from "node:path";
import { z } from "zod";
import { env } from "@/env";
import { mendContribution } from "@/server/contribution/mend";
import { notFound } from "@/server/errors";
import { requireRate } from "@/server/rate-limit";
import { answerSent } from "../../../answer-sent";
import { bodyChunks } from "../../../body-chunks";

const RATE = { name: "contribution.mend", limit: 20, windowMs: 60_000 };

type Params = { params: Promise<{ contributionId: string }> };

/** POST /api/contributions/ID/mend: a file of mended rows as the raw body, its name in x-file-name. Answers {contributionId}. */
export function POST(request: Request, { params }: Params): Promise<Response> {
  return answerSent(
    request,
    async (ctx) => {
      requireRate(ctx, RATE);
      const id = z.uuid().safeParse((await params).contributionId);
      if (!id.success) throw notFound("contribution");
      const { DATA_DIR: dataDir, PARSE_CHILD, UPLOAD_MAX_BYTES, STORAGE_QUOTA_BYTES } = env();
      const length = request.headers.get("content-length");
      return mendContribution(
        ctx,
        { dataDir, childEntry: path.resolve(PARSE_CHILD) },
        {
          contributionId: id.data,
          fileName: request.headers.get("x-file-name"),
          content: bodyChunks(request.body),
          declaredBytes: length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null,
          maxBytes: UPLOAD_MAX_BYTES,
          quotaBytes: STORAGE_QUOTA_BYTES,
        },
      );
    },
    () => null,
  );
}
