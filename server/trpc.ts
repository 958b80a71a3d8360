import { initTRPC, TRPCError } from "@trpc/server";
import { middlewareMarker } from "@trpc/server/unstable-core-do-not-import";
import superjson from "superjson";
import { ZodError } from "zod";
import type { Actor, Context } from "./context";
import { AppError, type ErrorKind, textControl, toAppError } from "./errors";
import { onceOnly, readIdempotencyKey } from "./idempotency";

const TRPC_CODE = {
  BAD_REQUEST: "BAD_REQUEST",
  UNAUTHORIZED: "UNAUTHORIZED",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  CONFLICT: "CONFLICT",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNPROCESSABLE: "UNPROCESSABLE_CONTENT",
  TOO_MANY_REQUESTS: "TOO_MANY_REQUESTS",
  INTERNAL: "INTERNAL_SERVER_ERROR",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  NO_SPACE: "INTERNAL_SERVER_ERROR",
} as const satisfies Record<ErrorKind, string>;

/** What the browser gets of an error: never a stack, never raw Zod JSON. */
export type PublicError = {
  code: string;
  message: string;
  fix: string;
  requestId: string;
  fields?: Record<string, string>;
};

function publicError(error: TRPCError, requestId: string): PublicError {
  if (error.cause instanceof AppError) {
    return { code: error.cause.code, message: error.cause.message, fix: error.cause.fix, requestId };
  }
  if (error.cause instanceof ZodError) return fromZod(error.cause, requestId);
  if (error.code === "NOT_FOUND") {
    return {
      code: "UNKNOWN_PROCEDURE",
      message: "There is no such call.",
      fix: "Check its name.",
      requestId,
    };
  }
  if (error.code === "METHOD_NOT_SUPPORTED") {
    const message = "This call changes something, so it is not answered to GET.";
    return { code: error.code, message, fix: "Send it with POST.", requestId };
  }
  if (error.code === "BAD_REQUEST" && /batch/i.test(error.message)) {
    const message = "More than 10 calls were sent in one batch.";
    return { code: "BATCH_TOO_LARGE", message, fix: "Send at most 10 at once.", requestId };
  }
  if (error.code === "INTERNAL_SERVER_ERROR") {
    const hidden = toAppError(error.cause ?? error);
    return { code: hidden.code, message: hidden.message, fix: hidden.fix, requestId };
  }
  return {
    code: error.code,
    message: "The request could not be read.",
    fix: "Check its form and try again.",
    requestId,
  };
}

function fromZod(error: ZodError, requestId: string): PublicError {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) {
    const name =
      issue.path.join(".") || (issue.code === "unrecognized_keys" ? issue.keys.join(", ") : "input");
    fields[name] ??= issue.code === "unrecognized_keys" ? "is not a field of this call" : issue.message;
  }
  const unknown = error.issues.some((issue) => issue.code === "unrecognized_keys");
  const [name, message] = Object.entries(fields)[0] ?? ["input", "is not valid"];
  return {
    code: unknown ? "UNKNOWN_FIELD" : "INPUT_INVALID",
    message: `${name}: ${message}.`.replace(/\.\.$/, "."),
    fix: "Correct the named field and send it again.",
    requestId,
    fields,
  };
}

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  errorFormatter: ({ shape, error, ctx }) => ({
    message: publicError(error, ctx?.requestId ?? crypto.randomUUID()).message,
    code: shape.code,
    data: {
      code: error.code,
      httpStatus: error.cause instanceof AppError ? error.cause.status : shape.data.httpStatus,
      path: shape.data.path,
      app: publicError(error, ctx?.requestId ?? crypto.randomUUID()),
    },
  }),
});

const mapErrors = t.middleware(async ({ next, ctx, path }) => {
  const result = await next();
  if (result.ok || result.error.cause instanceof ZodError) return result;
  const cause = result.error.cause;
  if (result.error.code !== "INTERNAL_SERVER_ERROR" && !(cause instanceof AppError)) return result;
  const app = toAppError(cause ?? result.error);
  if (app.log) console.error(`${ctx.requestId} ${path} ${app.code}: ${app.log}`);
  throw asTrpcError(app);
});

/** With the status that belongs to it; also for what fails before any procedure, as finding out who asks. */
export function asTrpcError(error: unknown): TRPCError {
  const app = toAppError(error);
  return new TRPCError({ code: TRPC_CODE[app.kind], message: app.message, cause: app });
}

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function holdsUnstorable(value: unknown): boolean {
  if (typeof value === "string") return UNSTORABLE.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsUnstorable);
}

/** One place for every text of every call, so that no schema can forget it. */
const refuseUnstorable = t.middleware(async ({ next, getRawInput }) => {
  if (holdsUnstorable(await getRawInput())) throw textControl();
  return next();
});

export const publicProcedure = t.procedure.use(mapErrors).use(refuseUnstorable);

/** A change sent with a key is made once; see onceOnly. A refusal is thrown, so that nothing of it is kept. */
const changeOnce = t.middleware(async ({ next, ctx, type, path, getRawInput }) => {
  const key = type === "mutation" ? readIdempotencyKey(ctx.idempotencyKey ?? null) : null;
  if (key === null) return next();
  const call = { accountId: requireActor(ctx).accountId, key, path, input: await getRawInput() };
  let result: Awaited<ReturnType<typeof next>> | undefined;
  const answer = await onceOnly(ctx.db, call, async (db) => {
    result = await next({ ctx: { ...ctx, db } });
    if (!result.ok) throw result.error;
    return result.data;
  });
  if (result?.ok) return result;
  return { ok: true, data: "known" in answer ? answer.known : answer.data, marker: middlewareMarker };
});

/** For actions: refuses a visitor in one place. What an actor may do is decided by each noun's policy. */
export const signedInProcedure = publicProcedure
  .use(({ ctx, next }) => next({ ctx: { ...ctx, actor: requireActor(ctx) } }))
  .use(changeOnce);

/** The same for a change whose answer is told once: no copy of it is kept for who sends the change again. */
export const secretProcedure = publicProcedure.use(({ ctx, next }) =>
  next({ ctx: { ...ctx, actor: requireActor(ctx) } }),
);

export type SignedInContext = Context & { actor: Actor };

export function requireActor(ctx: Context): Actor {
  if (ctx.actor) return ctx.actor;
  throw new AppError(
    "UNAUTHORIZED",
    "SIGN_IN",
    "You are not signed in.",
    "Sign in, then try again. Your input is kept.",
  );
}
