import { z } from "zod";
import { createContext } from "@/server/context";
import { exportBadRows } from "@/server/contribution/bad-rows";
import { notFound } from "@/server/errors";
import { errorResponse } from "@/server/http";
import { csvResponse } from "../../../csv-response";

type Params = { params: Promise<{ contributionId: string }> };

/** The set-aside rows as CSV. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const id = z.uuid().safeParse((await params).contributionId);
    if (!id.success) throw notFound("contribution");
    return csvResponse(await exportBadRows(ctx, id.data), requestId);
  } catch (error) {
    return errorResponse(error, requestId);
  }
}
