/**
 * A page that everybody may read is rendered at most once a second for all who are nobody: whoever sends no cookie. What
 * was rendered for one goes to the next with a nonce of its own. A crowd that follows a link to a sample costs a second
 * of rendering, not one each; who is signed in always gets a page of their own.
 */
const FRESH_MS = 1_000;
/** Nobody waits longer than this for what another was asked for first. */
const PATIENCE_MS = 2_000;
const MOST_PAGES = 200;
/** Under this name the app finds the way here, from the same process (server/access/forget-pages.ts). */
const FORGET = Symbol.for("modelfactory.forget-pages");
/** So long after that nothing is kept or sent: the change that made it private is committed by then. */
const CLOSED_MS = 5_000;
/** What Next answers differently: parts of a page for its router, and actions. */
const ROUTER_HEADERS = ["rsc", "next-router-prefetch", "next-router-state-tree", "next-action"];

/** Pages whose address is the key to something private: what they show may end at any moment, and one look is not another's. */
const KEYED = /^\/invitations\//;

/** Set anew for every answer. */
const OF_ONE_TRANSFER = ["content-encoding", "content-length", "transfer-encoding", "date"];

const isVisitor = ({ method, url, headers }) =>
  method === "GET" &&
  !KEYED.test(url) &&
  headers["x-nonce"] !== undefined &&
  headers.cookie === undefined &&
  headers.authorization === undefined &&
  ROUTER_HEADERS.every((name) => headers[name] === undefined);

/** @param {{now?: () => number, prepare?: (response: import("node:http").ServerResponse) => void}} options `prepare` may change what a visitor's page is written as */
export function visitorCache({ now = Date.now, prepare = () => {} } = {}) {
  /** Address → {page, at, endedAt}; page is a promise of {nonce, headers, body}, null where it may not be kept. */
  const pages = new Map();
  let closedUntil = Number.NEGATIVE_INFINITY;
  globalThis[FORGET] = () => {
    pages.clear();
    closedUntil = now() + CLOSED_MS;
  };
  const isFresh = (kept) =>
    kept && (kept.endedAt === null ? now() - kept.at < PATIENCE_MS : now() - kept.endedAt < FRESH_MS);

  const keep = (key, page) => {
    const kept = { page, at: now(), endedAt: null };
    page.then(() => {
      kept.endedAt = now();
    });
    pages.delete(key);
    pages.set(key, kept);
    if (pages.size > MOST_PAGES) pages.delete(pages.keys().next().value);
  };

  /** Answers a visitor with what another was sent, or has `render` answer and keeps that. `render` is given no arguments. */
  return async function answer(request, response, render) {
    if (!isVisitor(request)) return render();
    if (now() < closedUntil) {
      prepare(response);
      return render();
    }
    const key = `${request.headers.host} ${request.url}`;
    const kept = pages.get(key);
    const page = isFresh(kept) ? await Promise.race([kept.page, patience()]) : null;
    if (page && now() >= closedUntil) return send(page, request.headers["x-nonce"], response);
    if (!isFresh(kept) && now() >= closedUntil) keep(key, record(request, response));
    prepare(response);
    return render();
  };
}

const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null).unref());

function send({ nonce, headers, body }, ownNonce, response) {
  for (const [name, value] of Object.entries(headers))
    if (!response.hasHeader(name)) response.setHeader(name, withNonce(value, nonce, ownNonce));
  response.end(Buffer.from(body.replaceAll(nonce, ownNonce), "latin1"));
}

const withNonce = (value, nonce, ownNonce) =>
  Array.isArray(value)
    ? value.map((each) => withNonce(each, nonce, ownNonce))
    : String(value).replaceAll(nonce, ownNonce);

/** Resolves when the response has ended: what was sent, or null for anything but a whole HTML page without a cookie. */
function record(request, response) {
  const nonce = request.headers["x-nonce"];
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  const pieces = [];
  const note = (piece, encoding) => {
    if (piece && typeof piece !== "function")
      pieces.push(Buffer.from(piece, typeof encoding === "string" ? encoding : undefined));
  };
  return new Promise((resolve) => {
    response.once("close", () => resolve(null));
    response.write = (piece, ...rest) => {
      note(piece, rest[0]);
      return write(piece, ...rest);
    };
    response.end = (piece, ...rest) => {
      note(piece, rest[0]);
      // The status is settled when the head is written.
      const ended = end(piece, ...rest);
      const { "set-cookie": cookie, ...headers } = response.getHeaders();
      for (const name of OF_ONE_TRANSFER) delete headers[name];
      const isPage = String(headers["content-type"] ?? "").startsWith("text/html");
      const body = Buffer.concat(pieces).toString("latin1");
      resolve(response.statusCode === 200 && isPage && !cookie ? { nonce, headers, body } : null);
      return ended;
    };
  });
}
