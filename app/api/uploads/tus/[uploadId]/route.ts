import { answer } from "../answer";

type Params = { params: Promise<{ uploadId: string }> };

/** /api/uploads/tus/ID: HEAD tells how far the upload is, PATCH goes on with it, DELETE ends it. */
export async function PATCH(request: Request, { params }: Params): Promise<Response> {
  return answer(request, (await params).uploadId);
}
export const HEAD = PATCH;
export const DELETE = PATCH;
export const OPTIONS = PATCH;
/** With X-HTTP-Method-Override. */
export const POST = PATCH;
