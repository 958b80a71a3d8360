import { expect, test } from "vitest";
import { limitBody } from "./http";

const MAX_BYTES = 10;
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("http://app.test/api", { method: "POST", body, headers, duplex: "half" } as RequestInit);

/** A body that comes in pieces, without a length said before; tells whether its reader gave up. */
function pieces(...texts: string[]) {
  let isCancelled = false;
  const body = new ReadableStream({
    pull(controller) {
      const text = texts.shift();
      if (text === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(text));
    },
    cancel() {
      isCancelled = true;
    },
  });
  return { body, isCancelled: () => isCancelled };
}

async function codeOf(answer: Request | Response) {
  if (answer instanceof Request) return null;
  expect(answer.status).toBe(413);
  return (await answer.json()).error.code;
}

test("a length that is declared too large is refused before anything is read", async () => {
  const { body, isCancelled } = pieces("x");
  const request = post(body, { "content-length": "11" });
  expect(await codeOf(await limitBody(request, MAX_BYTES))).toBe("BODY_TOO_LARGE");
  expect([request.bodyUsed, isCancelled()]).toEqual([false, false]);
});

test("a declared length within the limit is passed on unread", async () => {
  const request = post("0123456789", { "content-length": "10" });
  const passed = await limitBody(request, MAX_BYTES);
  expect(passed).toBe(request);
  expect(await (passed as Request).text()).toBe("0123456789");
});

test("a body without a length is counted, and cut off where it grows too large", async () => {
  const small = await limitBody(post(pieces("01234", "56789").body), MAX_BYTES);
  expect(await (small as Request).text()).toBe("0123456789");
  const large = pieces("01234", "56789", "0", "never read");
  expect(await codeOf(await limitBody(post(large.body), MAX_BYTES))).toBe("BODY_TOO_LARGE");
  expect(large.isCancelled()).toBe(true);
});

test("a length beside a transfer in pieces is not believed", async () => {
  const { body } = pieces("01234", "56789", "0");
  const request = post(body, { "content-length": "1", "transfer-encoding": "chunked" });
  expect(await codeOf(await limitBody(request, MAX_BYTES))).toBe("BODY_TOO_LARGE");
});

test("a request without a body passes as it is", async () => {
  const request = new Request("http://app.test/api");
  expect(await limitBody(request, MAX_BYTES)).toBe(request);
});
