import { createServer } from "node:http";
import { afterEach, expect, it } from "vitest";
import { pageStatus } from "./page-status.mjs";

const unavailable = (nonce) => globalThis[Symbol.for("modelfactory.page-unavailable")](nonce);
let server;
afterEach(() => new Promise((done) => server.close(done)));

/** A page whose address says whether it could read what it shows, and when it notices. */
async function ask(path, headers = {}) {
  const setStatus = pageStatus();
  server = createServer((request, response) => {
    request.headers["x-nonce"] = "its-nonce";
    setStatus(request, response);
    if (path === "/away") unavailable("its-nonce");
    if (path === "/other") unavailable("another-nonce");
    response.statusCode = 200;
    response.write("<p>");
    if (path === "/late") unavailable("its-nonce");
    response.end("</p>");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers });
  return [response.status, response.headers.get("retry-after"), await response.text()];
}

it("a page that could not be read answers 503 and when to ask again, with its HTML", async () => {
  expect(await ask("/away")).toEqual([503, "2", "<p></p>"]);
});

it.each(["/there", "/other", "/late"])("%s stays as it was", async (path) => {
  expect(await ask(path)).toEqual([200, null, "<p></p>"]);
});

it("what Next's router asks for stays a 200: it would load the whole page anew", async () => {
  expect(await ask("/away", { rsc: "1" })).toEqual([200, null, "<p></p>"]);
});

it("a request that is over is forgotten", async () => {
  await ask("/away");
  await new Promise((done) => server.closeAllConnections() ?? setTimeout(done, 20));
  expect(() => unavailable("its-nonce")).not.toThrow();
});
