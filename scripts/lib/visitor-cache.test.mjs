import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { visitorCache } from "./visitor-cache.mjs";

let clock = 0;
let rendered = 0;
/** What the app does next with a page; tests change it. */
let render;
let server;
let url;

beforeAll(async () => {
  const answer = visitorCache({ now: () => clock });
  let nonces = 0;
  server = createServer((request, response) => {
    request.headers["x-nonce"] = `nonce-${++nonces}-`;
    response.setHeader("content-security-policy", `script-src '${request.headers["x-nonce"]}'`);
    answer(request, response, () => render(request, response));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${server.address().port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  clock += 10_000;
  rendered = 0;
  render = page;
});

async function page(request, response) {
  const mine = ++rendered;
  await new Promise((done) => setTimeout(done, 20));
  const nonce = request.headers["x-nonce"];
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.setHeader("link", `</a.css>; nonce="${nonce}"`);
  response.write(`<p>é ${mine}</p>`);
  response.end(`<script nonce="${nonce}"></script>`);
}

const get = async (path, headers = {}) => {
  const answer = await fetch(url + path, { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

test("a crowd of visitors costs one rendering, and each gets a nonce of their own", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => get("/crowd")));
  expect(rendered).toBe(1);
  const nonces = answers.map(({ headers, text }) => {
    const [, nonce] = /^<p>é 1<\/p><script nonce="([^"]+)"><\/script>$/.exec(text);
    expect(headers.get("content-security-policy")).toBe(`script-src '${nonce}'`);
    expect(headers.get("link")).toBe(`</a.css>; nonce="${nonce}"`);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    return nonce;
  });
  expect(new Set(nonces).size).toBe(20);
});

test("a second later it is rendered anew", async () => {
  await get("/late");
  clock += 999;
  expect((await get("/late")).text).toContain("<p>é 1</p>");
  clock += 1;
  expect((await get("/late")).text).toContain("<p>é 2</p>");
});

test("whoever sends a cookie, and the router of Next, get their own", async () => {
  await get("/own");
  expect((await get("/own", { cookie: "modelfactory=1" })).text).toContain("<p>é 2</p>");
  expect((await get("/own", { rsc: "1" })).text).toContain("<p>é 3</p>");
  expect((await get("/own?page=2")).text).toContain("<p>é 4</p>");
  expect((await get("/own")).text).toContain("<p>é 1</p>");
});

test.each([
  ["an error", (response) => Object.assign(response, { statusCode: 503 })],
  [
    "an error that is known when its head is written",
    (response) => {
      const { writeHead } = response;
      response.writeHead = (_, ...rest) => writeHead.call(response, 503, ...rest);
    },
  ],
  ["an answer that sets a cookie", (response) => response.setHeader("set-cookie", "a=b")],
])("%s is not kept", async (_, change) => {
  render = (request, response) => {
    change(response);
    return page(request, response);
  };
  await get("/error");
  await get("/error");
  expect(rendered).toBe(2);
});

test("a page whose address is a key is rendered for each, so that a link taken back is taken back at once", async () => {
  await get("/invitations/abc");
  expect((await get("/invitations/abc")).text).toContain("é 2");
  expect((await get("/datanets?from=/invitations/")).text).toContain("é 3");
  expect((await get("/datanets?from=/invitations/")).text).toContain("é 3");
});

test("who leaves while the page is made takes it from nobody else", async () => {
  const leaving = new AbortController();
  render = async (request, response) => {
    if (rendered === 0) leaving.abort();
    await page(request, response);
  };
  const [left, stayed] = await Promise.allSettled([
    fetch(`${url}/leave`, { signal: leaving.signal }),
    new Promise((done) => setTimeout(done, 10)).then(() => get("/leave")),
  ]);
  expect(left.status).toBe("rejected");
  expect(stayed.value.text).toMatch(/<p>é \d<\/p>/);
});

test("nobody waits long for a page that never ends", async () => {
  render = (request, response) => {
    if (rendered === 0) {
      rendered = 1;
      response.setHeader("content-type", "text/html");
      response.write("<p>");
      return;
    }
    return page(request, response);
  };
  const leaving = new AbortController();
  const first = fetch(`${url}/endless`, { signal: leaving.signal }).then((answer) => answer.text());
  await new Promise((done) => setTimeout(done, 50));
  expect((await get("/endless")).text).toContain("<p>é 2</p>");
  leaving.abort();
  await expect(first).rejects.toThrow();
});

test("what was kept is forgotten at once when something becomes private, and nothing is kept for a while", async () => {
  await get("/secret");
  render = async (request, response) => {
    await page(request, response);
    globalThis[Symbol.for("modelfactory.forget-pages")]();
  };
  // The one who is being answered while it is said, and one who waits for the same page.
  const [first, waiting] = await Promise.all([get("/other"), get("/other")]);
  expect([first.text, waiting.text].map((text) => text.slice(0, 8)).sort()).toEqual(["<p>é 2</", "<p>é 3</"]);
  render = page;
  expect((await get("/secret")).text).toContain("é 4");
  expect((await get("/secret")).text).toContain("é 5");
  clock += 5_000;
  expect((await get("/secret")).text).toContain("é 6");
  expect((await get("/secret")).text).toContain("é 6");
});
