/**
 * A visitor's page is painted before any of its scripts runs. Browsers run a script as soon as it is there, which on a fast
 * line is before the first paint and holds it up; on a slow one it comes long after. So each is fetched at once, and put
 * to work when the text can be read (or after a moment, in a tab that nobody looks at).
 */
const SCRIPTS =
  /<script src="(\/_next\/static\/[^"?]+\.js)"( (?:async="" nonce="[^"]*"|nonce="[^"]*" async=""))><\/script>/g;
const TYPE = "text/held";
/** Nobody waits longer for a paint. */
const PATIENCE_MS = 600;

/** Runs in the page, once, before the first held script. */
function release(type, patienceMs) {
  let isDue = false;
  const sayMissing = () => {
    if (document.getElementById("part-missing")) return;
    const note = document.createElement("p");
    note.id = "part-missing";
    note.role = "alert";
    note.textContent =
      "A part of this page did not arrive, so its buttons and fields do nothing. Reload the page.";
    note.style.cssText =
      "position:fixed;inset:0 0 auto;z-index:60;padding:12px;text-align:center;background:#7a1f1f;color:#fff";
    document.body.append(note);
  };
  const run = () => {
    for (const held of document.querySelectorAll(`script[type="${type}"]`)) {
      const script = document.createElement("script");
      script.nonce = held.nonce;
      script.async = true;
      script.onerror = sayMissing;
      script.src = held.getAttribute("src");
      held.replaceWith(script);
    }
  };
  const go = () => {
    if (isDue) return;
    isDue = true;
    run();
    // What the rest of the page still brings.
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  };
  if (document.hidden) return go();
  document.addEventListener("visibilitychange", go, { once: true });
  document.addEventListener("DOMContentLoaded", () => setTimeout(go, patienceMs));
  try {
    // The first paint of all may be of a page that is still empty.
    const hasContent = (list) => list.getEntriesByName("first-contentful-paint").length > 0 && go();
    new PerformanceObserver(hasContent).observe({ type: "paint", buffered: true });
  } catch {
    requestAnimationFrame(() => setTimeout(go));
  }
}

/**
 * What changes a response that is about to be written, if it is a page. A tag that is written in two pieces stays as it is:
 * it runs when it is there.
 */
export function holdScripts(response) {
  const { write, end } = response;
  let hasRelease = false;
  const change = (piece) => {
    const isPage = String(response.getHeader("content-type") ?? "").startsWith("text/html");
    if (!isPage || !piece || typeof piece === "function") return piece;
    const text = Buffer.from(piece)
      .toString("latin1")
      .replace(SCRIPTS, (_, src, attributes) => {
        const nonce = / nonce="[^"]*"/.exec(attributes)[0];
        const first = hasRelease ? "" : `<script${nonce}>(${release})("${TYPE}",${PATIENCE_MS})</script>`;
        hasRelease = true;
        const preload = `<link rel="preload" as="script" fetchPriority="low"${nonce} href="${src}"/>`;
        return `${first}${preload}<script type="${TYPE}" src="${src}"${nonce}></script>`;
      });
    return Buffer.from(text, "latin1");
  };
  response.write = (piece, ...rest) => write.call(response, change(piece), ...rest);
  response.end = (piece, ...rest) => end.call(response, change(piece), ...rest);
}
