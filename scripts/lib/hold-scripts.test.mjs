import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdScripts } from "./hold-scripts.mjs";

let server;
let url;
/** What the app answers; tests set it. */
let respond;

beforeAll(async () => {
  server = createServer((_request, response) => {
    holdScripts(response);
    respond(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${server.address().port}`;
});
afterAll(() => server.close());

const tag = (name, attributes = ' async="" nonce="n1"') =>
  `<script src="/_next/static/chunks/${name}.js"${attributes}></script>`;
const held = (name) =>
  `<link rel="preload" as="script" fetchPriority="low" nonce="n1" href="/_next/static/chunks/${name}.js"/>` +
  `<script type="text/held" src="/_next/static/chunks/${name}.js" nonce="n1"></script>`;
const respondWith =
  (type, ...pieces) =>
  (response) => {
    response.setHeader("content-type", type);
    for (const piece of pieces) response.write(Buffer.from(piece));
    response.end();
  };
const get = async () => (await fetch(url)).text();

test("every script of a page is fetched at once and held; one script lets them go, before the first of them", async () => {
  const last = tag("c", ' nonce="n1" async=""');
  respond = respondWith("text/html; charset=utf-8", `<head>${tag("a")}${tag("b")}</head><p>é</p>`, last);
  const text = await get();
  const release = /<script nonce="n1">\(function release.*?<\/script>/s.exec(text)[0];
  expect(text).toBe(`<head>${release}${held("a")}${held("b")}</head><p>é</p>${held("c")}`);
});

test("what is no page, no script of the build, or for old browsers only stays as it is", async () => {
  const inline = '<script nonce="n1">self.x=1</script>';
  const old = tag("old", ' noModule="" nonce="n1"');
  const others = `${inline}${old}<script src="/own.js" async="" nonce="n1"></script>`;
  respond = respondWith("text/html", others);
  expect(await get()).toBe(others);
  respond = respondWith("text/x-component", tag("a"));
  expect(await get()).toBe(tag("a"));
});

test("a tag written in two pieces is left to run by itself", async () => {
  const [first, second] = [tag("a").slice(0, 20), tag("a").slice(20)];
  respond = respondWith("text/html", first, second);
  expect(await get()).toBe(tag("a"));
});
