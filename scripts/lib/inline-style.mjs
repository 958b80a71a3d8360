import { readFileSync } from "node:fs";
import { posix, resolve } from "node:path";

/**
 * A visitor's page carries its stylesheet: it is painted without another trip to the server, which on a slow phone is a
 * third of a second. Each link stays, as one that never applies: React takes it for the stylesheet it knows, and the
 * browser fetches it last, for the next page. (`not all` would be React's own mark for a style that came late.)
 */
const LINKS = /<link rel="stylesheet" href="(\/_next\/static\/[^"?]+\.css)"([^>]*?)\/?>/g;
const NEVER = "(max-width:0px)";
const HEAD_END = "</head>";
const ANNOUNCED = /^<(\/_next\/static\/[^>?]+\.css)>/;
const STATIC = "/_next/static/";
/** A heavier one is worth its own request. */
const MOST_BYTES = 80_000;

/**
 * What changes a response that is about to be written, if it is a page.
 * @param {{staticDir: string}} options where the build's static files lie
 */
export function inlineStyle({ staticDir }) {
  /** Address → text, null where it may not stand in a page. */
  const styles = new Map();
  const styleOf = (href) => {
    if (!styles.has(href)) styles.set(href, readStyle(staticDir, href));
    return styles.get(href);
  };
  return (response) => {
    const { write, end, writeHead } = response;
    const isPage = () => String(response.getHeader("content-type") ?? "").startsWith("text/html");
    response.writeHead = (...head) => {
      if (isPage()) {
        withdrawAnnouncement(response, styleOf);
        response.removeHeader("content-length");
      }
      return writeHead.apply(response, head);
    };
    // The head of a page is in its first piece.
    const change = (piece) => {
      Object.assign(response, { write, end });
      return isPage() && piece && typeof piece !== "function"
        ? withStyles(Buffer.from(piece), styleOf)
        : piece;
    };
    response.write = (piece, ...rest) => write.call(response, change(piece), ...rest);
    response.end = (piece, ...rest) => end.call(response, change(piece), ...rest);
  };
}

/** Else the browser would fetch at once what the page holds. */
function withdrawAnnouncement(response, styleOf) {
  const links = String(response.getHeader("link") ?? "").split(/, (?=<)/);
  const others = links.filter((link) => link && !styleOf(ANNOUNCED.exec(link)?.[1]));
  if (others.length > 0) response.setHeader("link", others.join(", "));
  else response.removeHeader("link");
}

function withStyles(piece, styleOf) {
  const [head, ...rest] = piece.toString("latin1").split(HEAD_END);
  const styled = head.replace(LINKS, (link, href, attributes) => {
    const style = styleOf(href);
    return style
      ? `<style>${style}</style><link rel="stylesheet" href="${href}" media="${NEVER}"${attributes}/>`
      : link;
  });
  return Buffer.from([styled, ...rest].join(HEAD_END), "latin1");
}

function readStyle(staticDir, href) {
  const path = href && resolve(staticDir, href.slice(STATIC.length));
  if (!path?.startsWith(resolve(staticDir))) return null;
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch {
    return null;
  }
  const text = bytes.toString("latin1");
  if (bytes.length > MOST_BYTES || text.includes("</")) return null;
  const folder = posix.dirname(href);
  return text.replaceAll(
    /url\((["']?)(\.\.?\/[^)"']+)\1\)/g,
    (_, quote, address) => `url(${quote}${posix.join(folder, address)}${quote})`,
  );
}
