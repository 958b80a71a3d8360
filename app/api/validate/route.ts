import path from "node:path";
import { Readable } from "node:stream";
import { env } from "@/env";
import { createContext } from "@/server/context";
import { ROLES } from "@/server/contribution/intake/mapping";
import { ValidateQuery } from "@/server/contribution/schemas";
import { validateFile } from "@/server/contribution/validate-file";
import { AppError } from "@/server/errors";
import { errorResponse, refuseForeignOrigin } from "@/server/http";
import { requireActor } from "@/server/trpc";
import { bodyChunks } from "../body-chunks";

/**
 * POST /api/validate: a file as the raw body, its name in x-file-name, how to read it in the query (goal, fields,
 * encoding, sheet, headings=1, and a column for each role). Answers what `factory validate --json` prints, with 200
 * also where the file is refused; nothing is stored.
 */
export async function POST(request: Request): Promise<Response> {
  const foreign = refuseForeignOrigin(request);
  if (foreign) return foreign;
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const { UPLOAD_MAX_BYTES: maxBytes, DATA_DIR: dataDir, PARSE_CHILD } = env();
    const body = await validateFile(
      { ...ctx, actor: requireActor(ctx) },
      { dataDir, childEntry: path.resolve(PARSE_CHILD) },
      {
        fileName: request.headers.get("x-file-name"),
        content: bodyChunks(request.body),
        maxBytes,
        options: optionsOf(new URL(request.url).searchParams),
      },
    );
    return new Response(Readable.toWeb(Readable.from(body, { objectMode: false })) as ReadableStream, {
      headers: { "content-type": "application/json", "x-request-id": requestId },
    });
  } catch (error) {
    return errorResponse(error, requestId);
  }
}

function optionsOf(search: URLSearchParams) {
  const query = ValidateQuery.safeParse(Object.fromEntries(search));
  if (!query.success) {
    const names = [...search.keys()].slice(0, 12).join(", ");
    const fix = `The query may hold goal, fields, encoding, sheet, headings=1, ${ROLES.join(", ")}.`;
    throw new AppError("BAD_REQUEST", "INPUT_INVALID", `This query cannot be read: ${names}.`, fix);
  }
  const { goal, fields, encoding, sheet, headings, ...mapping } = query.data;
  return {
    goal,
    encoding,
    sheet,
    useHeadings: headings === "1",
    mapping,
    ...(fields !== undefined && { fields: fields.split(",").map((name) => name.trim()) }),
  };
}
