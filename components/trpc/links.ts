import { httpBatchLink, httpLink, splitLink, type TRPCLink } from "@trpc/client";
import superjson from "superjson";
import type { AppRouter } from "@/server/router";
import { startWaiting } from "./connection";
import { ActionKeys } from "./retry";
import { sendUntilAnswered } from "./send-until-answered";

/** The server refuses a longer batch. */
const MAX_BATCH = 10;
const URL = "/api/trpc";
const KEY = "idempotency-key";

/** Questions travel together; each change alone, because a key belongs to one change. */
export function links(keys = new ActionKeys()): TRPCLink<AppRouter>[] {
  return [
    splitLink({
      condition: (op) => op.type === "mutation",
      true: httpLink({
        url: URL,
        transformer: superjson,
        headers: ({ op }) => ({ [KEY]: keys.take(op.path, op.input) }),
        fetch: async (url, init) => {
          const { response, isAnswered } = await sendUntilAnswered(
            () => fetch(url, init as RequestInit),
            startWaiting,
          );
          if (isAnswered) keys.answered(new Headers(init?.headers as HeadersInit).get(KEY));
          return response;
        },
      }),
      false: httpBatchLink({ url: URL, transformer: superjson, maxItems: MAX_BATCH }),
    }),
  ];
}
