import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inlineStyle } from "./inline-style.mjs";

const CSS = "body{color:#123}@font-face{src:url(../media/a.woff2)}";
let folder;
let server;
let url;
/** What the app answers; tests set it. */
let respond;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inline-style-"));
  mkdirSync(join(folder, "chunks"));
  writeFileSync(join(folder, "chunks", "a.css"), CSS);
  writeFileSync(join(folder, "chunks", "b.css"), "p{margin:0}");
  writeFileSync(join(folder, "chunks", "closes.css"), 'body{content:"</style>"}');
  writeFileSync(join(folder, "chunks", "heavy.css"), `/*${"x".repeat(80_000)}*/`);
  writeFileSync(join(folder, "..", "outside.css"), CSS);
  const prepare = inlineStyle({ staticDir: folder });
  server = createServer((_request, response) => {
    prepare(response);
    respond(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${server.address().port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
  rmSync(join(folder, "..", "outside.css"));
});

const pageWith = (href) =>
  `<head><link rel="stylesheet" href="${href}" nonce="n" data-precedence="next"/></head><p>é`;
const respondWith = (href) => (response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.setHeader("link", `</>; rel=preconnect, <${href}>; rel=preload; as="style"; nonce="n"`);
  response.flushHeaders();
  response.write(Buffer.from(pageWith(href)));
  response.end("</p>");
};
const get = async () => {
  const answer = await fetch(url);
  return { link: answer.headers.get("link"), text: await answer.text() };
};

test("a page carries its stylesheet once, with addresses that hold, and the link never applies", async () => {
  respond = respondWith("/_next/static/chunks/a.css");
  expect(await get()).toEqual({
    link: "</>; rel=preconnect",
    text:
      "<head><style>body{color:#123}@font-face{src:url(/_next/static/media/a.woff2)}</style>" +
      '<link rel="stylesheet" href="/_next/static/chunks/a.css" media="(max-width:0px)" nonce="n" data-precedence="next"/>' +
      "</head><p>é</p>",
  });
});

test("each of two is carried in its order, and a length that no longer holds is not sent", async () => {
  const [a, b] = ["a", "b"].map((name) => `/_next/static/chunks/${name}.css`);
  const page = pageWith(a).replace("</head>", `<link rel="stylesheet" href="${b}"/></head>`);
  respond = (response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("link", `<${a}>; rel=preload; as="style", <${b}>; rel=preload; as="style"`);
    response.setHeader("content-length", Buffer.byteLength(page));
    response.end(page);
  };
  const { link, text } = await get();
  expect(link).toBeNull();
  expect(text.replaceAll(/<link[^>]*>/g, "<link>")).toBe(
    "<head><style>body{color:#123}@font-face{src:url(/_next/static/media/a.woff2)}</style><link>" +
      "<style>p{margin:0}</style><link></head><p>é",
  );
});

test.each([
  "/_next/static/chunks/closes.css",
  "/_next/static/chunks/heavy.css",
  "/_next/static/chunks/missing.css",
  "/_next/static/../outside.css",
])("%s stays a link", async (href) => {
  respond = respondWith(href);
  expect(await get()).toEqual({
    link: `</>; rel=preconnect, <${href}>; rel=preload; as="style"; nonce="n"`,
    text: `${pageWith(href)}</p>`,
  });
});

test("what is no page is left alone", async () => {
  respond = (response) => {
    response.setHeader("content-type", "text/plain");
    response.end(pageWith("/_next/static/chunks/a.css"));
  };
  expect((await get()).text).toBe(pageWith("/_next/static/chunks/a.css"));
});
