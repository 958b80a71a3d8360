import { z } from "zod";
import { createContext } from "@/server/context";
import { exportToMend } from "@/server/contribution/to-mend";
import { notFound } from "@/server/errors";
import { errorResponse } from "@/server/http";
import { csvResponse } from "../../../csv-response";

type Params = { params: Promise<{ contributionId: string }> };

/** The rows that were sent back or rejected as CSV. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const id = z.uuid().safeParse((await params).contributionId);
    if (!id.success) throw notFound("contribution");
    return csvResponse(await exportToMend(ctx, id.data), requestId);
  } catch (error) {
    return errorResponse(error, requestId);
  }
}
