import { type RestError, restError } from "./http";

/** What a stream of ours ends with when it breaks after its first byte. */
export type StreamProblem = { type: "error"; error: RestError };

/**
 * Server-sent events, one JSON object each. Whoever reads may go away at any time: `onGone` is then called and the
 * iterator is closed. A failure becomes the last event, so that it has its sentence.
 */
export function eventStream(
  events: AsyncGenerator<unknown>,
  requestId: string,
  onGone: () => void,
): Response {
  const encoder = new TextEncoder();
  const line = (value: unknown) => encoder.encode(`data: ${JSON.stringify(value)}\n\n`);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await events.next();
        if (done) controller.close();
        else controller.enqueue(line(value));
      } catch (error) {
        const problem: StreamProblem = { type: "error", error: restError(error, requestId).error };
        controller.enqueue(line(problem));
        controller.close();
      }
    },
    async cancel() {
      onGone();
      await events.return(undefined).catch(() => {});
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      // no-transform keeps a compressing server from holding words back.
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      "x-request-id": requestId,
    },
  });
}
