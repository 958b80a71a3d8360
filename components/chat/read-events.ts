import type { ShownError } from "../common/shown-error";

type Failed = { type: "error"; error: ShownError };

const CUT: ShownError = {
  code: "STREAM_CUT",
  message: "The connection broke in the middle of the answer.",
  fix: "Send your message again.",
};

/**
 * Posts JSON and hands over the server-sent events of the reply as they come, until one of type `end`. Throws a
 * ShownError: the refusal's, the stream's own, or that the stream was cut; an aborted signal's reason as it is.
 */
export async function postForEvents<Event extends { type: string }>(
  url: string,
  body: unknown,
  signal: AbortSignal,
  onEvent: (event: Event) => void,
): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok || !response.body) {
    const refusal = (await response.json().catch(() => null)) as { error?: ShownError } | null;
    throw refusal?.error ?? CUT;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw CUT;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop()!;
    for (const part of parts) {
      if (!part.startsWith("data: ")) continue;
      const event = JSON.parse(part.slice("data: ".length)) as Event | Failed;
      if (event.type === "error") throw (event as Failed).error;
      onEvent(event as Event);
      if (event.type === "end") return;
    }
  }
}
