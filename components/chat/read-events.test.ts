import { afterEach, expect, test, vi } from "vitest";
import { postForEvents } from "./read-events";

afterEach(() => vi.unstubAllGlobals());

const reply = (chunks: string[], status = 200) =>
  vi.stubGlobal("fetch", async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        controller.close();
      },
    });
    return new Response(body, { status });
  });

async function read(chunks: string[], status?: number) {
  reply(chunks, status);
  const events: unknown[] = [];
  const failure = await postForEvents("/x", {}, new AbortController().signal, (e) => events.push(e)).then(
    () => null,
    (error) => error.code,
  );
  return { events, failure };
}

test("events come whole however the bytes are cut, and a comment is none", async () => {
  const text = 'data: {"type":"text","text":"décision\\n\\n"}\n\n: still here\n\ndata: {"type":"end"}\n\n';
  const whole = await read([text]);
  expect(whole).toEqual({
    events: [{ type: "text", text: "décision\n\n" }, { type: "end" }],
    failure: null,
  });
  expect(await read([...text])).toEqual(whole);
});

test("a refusal, a failure in the middle and a cut stream each say what they are", async () => {
  expect((await read(['{"error":{"code":"RUNNER_AWAY","message":"m","fix":"f"}}'], 503)).failure).toBe(
    "RUNNER_AWAY",
  );
  const failed = await read([
    'data: {"type":"text","text":"a"}\n\ndata: {"type":"error","error":{"code":"ANSWER_LOST"}}\n\n',
  ]);
  expect(failed).toEqual({ events: [{ type: "text", text: "a" }], failure: "ANSWER_LOST" });
  expect((await read(['data: {"type":"text","text":"a"}\n\n'])).failure).toBe("STREAM_CUT");
});
