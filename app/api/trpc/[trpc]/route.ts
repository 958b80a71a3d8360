import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext } from "@/server/context";
import { limitBody, refuseForeignOrigin } from "@/server/http";
import { appRouter } from "@/server/router";
import { asTrpcError } from "@/server/trpc";

const MAX_BODY_BYTES = 1_000_000;
const MAX_BATCH = 10;

async function handler(request: Request): Promise<Response> {
  const refused = refuseForeignOrigin(request);
  if (refused) return refused;
  const limited = await limitBody(request, MAX_BODY_BYTES);
  if (limited instanceof Response) return limited;
  const cookies: string[] = [];
  const response = await fetchRequestHandler({
    endpoint: "/api/trpc",
    req: limited,
    router: appRouter,
    maxBatchSize: MAX_BATCH,
    createContext: () =>
      createContext(request, (cookie) => cookies.push(cookie)).catch((error) => {
        throw asTrpcError(error);
      }),
    responseMeta: ({ errors }) =>
      errors.some((error) => error.code === "SERVICE_UNAVAILABLE") ? { headers: { "retry-after": "2" } } : {},
  });
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}

export { handler as GET, handler as POST };
