import { createContext } from "@/server/context";
import { errorResponse, refuseForeignOrigin } from "@/server/http";
import { requireActor, type SignedInContext } from "@/server/trpc";

type Ids = Record<string, string>;

/**
 * Answers a request that brings files, from one of our pages and by somebody signed in: 201 with what they
 * became, or the usual refusal.
 * @param firstOf for an error that says that the file is here already, the id of the first one, so that a page can
 *   link it; else null
 */
export async function answerSent(
  request: Request,
  take: (ctx: SignedInContext) => Promise<object>,
  firstOf: (error: unknown) => Ids | null,
): Promise<Response> {
  const refused = refuseForeignOrigin(request);
  if (refused) return refused;
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const made = await take({ ...ctx, actor: requireActor(ctx) });
    return Response.json(made, { status: 201, headers: { "x-request-id": requestId } });
  } catch (error) {
    const response = errorResponse(error, requestId);
    const first = firstOf(error);
    if (!first) return response;
    const body = (await response.json()) as { error: Ids };
    return Response.json(
      { error: { ...body.error, ...first } },
      { status: response.status, headers: { "x-request-id": requestId } },
    );
  }
}
