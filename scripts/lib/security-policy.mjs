import { randomUUID } from "node:crypto";

/** Calls and files are no documents: nothing of them runs. */
const NO_PAGE = /^\/(api|_next)\/|^\/icon\.svg$/;
/** On every answer. */
const HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
};
const isPage = (url) => !NO_PAGE.test(url.split("?")[0]);

/**
 * The content security policy of a page, with a nonce of its own that Next puts on its scripts: it reads both from the
 * request's headers, where what a client may have sent is overwritten. Set here and not in a `proxy.ts`, which Next runs
 * as a step of its own before every page.
 * @param {{rpcUrl: string, hasWalletConnect: boolean, isDev: boolean}} options
 */
export function securityPolicy({ rpcUrl, hasWalletConnect, isDev }) {
  const rpc = new URL(rpcUrl).origin;
  // Phones are reached over this relay and nothing else; without a project nothing outside may be asked.
  const relay = hasWalletConnect ? " wss://relay.walletconnect.org" : "";
  const policyWith = (nonce) =>
    [
      "default-src 'self'",
      `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src 'self' ${rpc}${relay}${isDev ? " ws:" : ""}`,
      "frame-src 'self'",
      "object-src 'none'",
      "base-uri 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; ");
  return (request, response) => {
    delete request.headers["x-nonce"];
    delete request.headers["content-security-policy"];
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (!isPage(request.url)) return;
    const nonce = Buffer.from(randomUUID()).toString("base64");
    request.headers["x-nonce"] = nonce;
    request.headers["content-security-policy"] = policyWith(nonce);
    response.setHeader("content-security-policy", policyWith(nonce));
  };
}
