/**
 * A page is painted before its scripts run. Next sends the whole page as HTML and asks for every script `async`: they come
 * within milliseconds of each other, and on a slow phone they then run for a second before the text is shown. Here each
 * becomes a preload, and a few lines at the top of the page run them once the browser has painted.
 */
const ASYNC_SCRIPT = /<script ([^>]*)><\/script>/g;
const SOURCE = / ?\bsrc="(\/_next\/static\/[^"]+)"/;

/**
 * Runs in the browser, on one line: no comments inside. The first paint may be no more than the background, so the first
 * *contentful* one counts. A page in the background is never painted, and one without a stylesheet yet is not for long.
 */
function runScriptsAfterPaint() {
  const PATIENCE_MS = 1000;
  let isPainted = false;
  const run = () => {
    isPainted = true;
    for (const link of document.querySelectorAll("link[data-late]")) {
      link.removeAttribute("data-late");
      const script = document.createElement("script");
      script.async = true;
      script.setAttribute("src", link.getAttribute("href"));
      document.head.append(script);
    }
  };
  document.addEventListener("DOMContentLoaded", () => isPainted && run());
  if (document.visibilityState === "hidden") return run();
  const observer = new PerformanceObserver((list) => {
    if (list.getEntriesByName("first-contentful-paint").length > 0) run();
  });
  observer.observe({ type: "paint", buffered: true });
  setTimeout(run, PATIENCE_MS);
}
const LOADER = `(${runScriptsAfterPaint.toString().replace(/\s+/g, " ")})()`;

/**
 * Rewrites an HTML page that comes in pieces: gives back what may be sent so far, and the rest at `end`.
 * @param {string} nonce of the page's policy
 */
export function paintFirst(nonce) {
  let held = "";
  let hasLoader = false;
  const rewrite = (html) =>
    html.replace(ASYNC_SCRIPT, (tag, attributes) => {
      const source = SOURCE.exec(attributes)?.[1];
      if (!source || !/\basync=""/.test(attributes)) return tag;
      const loader = hasLoader ? "" : `<script nonce="${nonce}">${LOADER}</script>`;
      hasLoader = true;
      return `${loader}<link rel="preload" as="script" fetchPriority="low" nonce="${nonce}" href="${source}" data-late=""/>`;
    });
  return {
    write(piece) {
      const html = held + piece;
      const at = unfinishedAt(html);
      held = html.slice(at);
      return rewrite(html.slice(0, at));
    },
    end: () => rewrite(held),
  };
}

/** Where a tag begins that has not wholly come yet; a script counts up to its closing tag. */
function unfinishedAt(html) {
  const script = html.lastIndexOf("<script");
  if (script >= 0 && !html.includes("</script>", script)) return script;
  const tag = html.lastIndexOf("<");
  return tag >= 0 && !html.includes(">", tag) ? tag : html.length;
}

/** Puts `paintFirst` before what writes the response: only HTML is rewritten. Bytes are read as Latin-1, one for one. */
export function rewritePages(request, response) {
  const nonce = request.headers["x-nonce"];
  if (!nonce || request.method !== "GET") return;
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  let page;
  const isHtml = () => String(response.getHeader("content-type") ?? "").startsWith("text/html");
  const rewritten = (piece, encoding) => {
    page ??= paintFirst(nonce);
    if (!response.headersSent) response.removeHeader("content-length");
    return Buffer.from(page.write(Buffer.from(piece, encoding).toString("latin1")), "latin1");
  };
  response.write = (piece, ...rest) => {
    if (!isHtml()) return write(piece, ...rest);
    const [encoding, done] = typeof rest[0] === "string" ? rest : [undefined, rest[0]];
    return write(rewritten(piece, encoding), done);
  };
  response.end = (piece, ...rest) => {
    if (!isHtml()) return end(piece, ...rest);
    if (piece && typeof piece !== "function") {
      const before = rewritten(piece, typeof rest[0] === "string" ? rest[0] : undefined);
      if (before.length > 0) write(before);
    }
    const done = [piece, ...rest].find((each) => typeof each === "function");
    return end(Buffer.from(page?.end() ?? "", "latin1"), done);
  };
}
