import path from "node:path";
import { z } from "zod";
import { env } from "@/env";
import { resubmitFile } from "@/server/contribution/resubmit-file";
import { notFound } from "@/server/errors";
import { requireRate } from "@/server/rate-limit";
import { answerSent } from "../../../answer-sent";
import { bodyChunks } from "../../../body-chunks";

const RATE = { name: "contribution.resubmit", limit: 20, windowMs: 60_000 };

type Params = { params: Promise<{ contributionId: string }> };

/** POST /api/contributions/ID/resubmit: the mended file of to-mend as the raw body, its name in x-file-name. Answers a Resubmission. */
export function POST(request: Request, { params }: Params): Promise<Response> {
  return answerSent(
    request,
    async (ctx) => {
      requireRate(ctx, RATE);
      const id = z.uuid().safeParse((await params).contributionId);
      if (!id.success) throw notFound("contribution");
      const { DATA_DIR: dataDir, PARSE_CHILD, UPLOAD_MAX_BYTES } = env();
      const length = request.headers.get("content-length");
      return resubmitFile(
        ctx,
        { dataDir, childEntry: path.resolve(PARSE_CHILD) },
        {
          contributionId: id.data,
          fileName: request.headers.get("x-file-name"),
          content: bodyChunks(request.body),
          declaredBytes: length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null,
          maxBytes: UPLOAD_MAX_BYTES,
        },
      );
    },
    () => null,
  );
}
