/** Under this name a page finds the way to the front server, which runs in the same process (app/prefetch.tsx). */
const NAME = Symbol.for("modelfactory.page-unavailable");
const STATUS = 503;
const RETRY_AFTER_SECONDS = "2";

/**
 * Next lets a page choose no status but 404. A page that could not read what it shows says so here, by the nonce that
 * names its request (`security-policy.mjs`), and its answer becomes a 503 unless its head is sent already. What Next's
 * own router asks for on a click stays a 200: it takes any other status for a reason to load the whole page anew.
 */
export function pageStatus() {
  const pages = new Map();
  globalThis[NAME] = (nonce) => pages.get(nonce)?.();
  return (request, response) => {
    const nonce = request.headers["x-nonce"];
    if (!nonce || request.headers.rsc !== undefined) return;
    const { writeHead } = response;
    let isUnavailable = false;
    pages.set(nonce, () => {
      isUnavailable = true;
    });
    response.writeHead = (status, ...rest) => {
      if (!isUnavailable) return writeHead.call(response, status, ...rest);
      response.setHeader("retry-after", RETRY_AFTER_SECONDS);
      return writeHead.call(response, STATUS, ...rest);
    };
    response.once("close", () => pages.delete(nonce));
  };
}
