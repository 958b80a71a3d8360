import { z } from "zod";

/** How the runner is spoken to: its token, its time limits, its errors. */

export const ErrorBody = z.object({ code: z.string(), message: z.string(), retryable: z.boolean() });
export type RunnerErrorBody = z.infer<typeof ErrorBody>;

const TIMEOUT_MS = 10_000;

/** The runner answered with an error, or (`RUNNER_UNAVAILABLE`, retryable) did not answer at all. */
export class RunnerError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;

  constructor(status: number, body: RunnerErrorBody) {
    super(body.message);
    this.name = "RunnerError";
    this.code = body.code;
    this.status = status;
    this.retryable = body.retryable;
  }
}

export function createTransport(options: { url: string; token: string }) {
  const base = options.url.replace(/\/$/, "");

  async function send(
    method: string,
    path: string,
    body?: unknown,
    timeoutMs = TIMEOUT_MS,
  ): Promise<Response> {
    const isBinary = body instanceof Uint8Array;
    const headers: Record<string, string> = { authorization: `Bearer ${options.token}` };
    if (body !== undefined)
      headers["content-type"] = isBinary ? "application/octet-stream" : "application/json";
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : isBinary ? (body as BodyInit) : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
      throw new RunnerError(0, {
        code: "RUNNER_UNAVAILABLE",
        message: `The runner did not answer (${cause}).`,
        retryable: true,
      });
    }
  }

  async function ok(response: Response): Promise<Response> {
    if (response.ok) return response;
    const body = ErrorBody.safeParse(await response.json().catch(() => null));
    throw new RunnerError(
      response.status,
      body.success
        ? body.data
        : {
            code: "RUNNER_PROTOCOL",
            message: `The runner answered ${response.status} in an unknown form.`,
            retryable: response.status >= 500,
          },
    );
  }

  async function json<T extends z.ZodType>(
    schema: T,
    method: string,
    path: string,
    body?: unknown,
    timeoutMs?: number,
  ) {
    const response = await ok(await send(method, path, body, timeoutMs));
    const parsed = schema.safeParse(await response.json().catch(() => null));
    if (!parsed.success) {
      const where = parsed.error.issues[0]?.path.join(".") ?? "";
      const message = `The runner's answer to ${method} ${path} is not as agreed (${where}).`;
      throw new RunnerError(response.status, { code: "RUNNER_PROTOCOL", message, retryable: false });
    }
    return parsed.data as z.output<T>;
  }

  return { send, ok, json };
}
