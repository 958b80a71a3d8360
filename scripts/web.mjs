import { createServer } from "node:http";
import { resolve } from "node:path";
import compression from "compression";
import next from "next";
import { holdScripts } from "./lib/hold-scripts.mjs";
import { inlineStyle } from "./lib/inline-style.mjs";
import { pageStatus } from "./lib/page-status.mjs";
import { securityPolicy } from "./lib/security-policy.mjs";
import { visitorCache } from "./lib/visitor-cache.mjs";

/**
 * The app on loopback, built, or with `--dev` reloading on change. Next answers 500 to an address whose percent signs do not decode, before any code of ours
 * runs; here it is a 400 with a sentence. Everything else goes to Next as it is.
 */
const hostname = "127.0.0.1";
const port = Number(process.env.PORT);
const isDev = process.argv.includes("--dev");
const { CHAIN_PUBLIC_RPC_URL, CHAIN_RPC_URL, WALLETCONNECT_PROJECT_ID } = process.env;
const setPolicy = securityPolicy({
  rpcUrl: CHAIN_PUBLIC_RPC_URL ?? CHAIN_RPC_URL ?? "http://127.0.0.1",
  hasWalletConnect: Boolean(WALLETCONNECT_PROJECT_ID),
  isDev,
});
const setStatus = pageStatus();
const server = createServer();
const app = next({ dev: isDev, hostname, port, httpServer: server });
await app.prepare();
const handle = app.getRequestHandler();

const isDecodable = (url) => {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
};

/** Who asks, for rate limits: a proxy before us names them last in its list; what a client says itself is overwritten. */
const clientAddress = ({ headers, socket }) =>
  String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .at(-1)
    .trim() ||
  socket.remoteAddress ||
  "";

// Next would compress below us, where a page can no longer be given a nonce of its own: next.config.ts turns that off.
const compress = compression();
const carryStyle = inlineStyle({ staticDir: resolve(".next", "static") });
const answerPage = visitorCache({
  prepare: (response) => {
    holdScripts(response);
    carryStyle(response);
  },
});

server.on("request", (request, response) => {
  request.headers["x-client-address"] = clientAddress(request);
  setPolicy(request, response);
  setStatus(request, response);
  compress(request, response, () => {});
  if (isDecodable(request.url.split("?")[0])) {
    if (isDev) return handle(request, response);
    return answerPage(request, response, () => handle(request, response));
  }
  const error = {
    code: "URL",
    message: "The address holds a percent sign that stands for no character.",
    fix: "Check the address; type it again or go to the start page.",
  };
  response.writeHead(400, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ error }));
});
// Uploads may take long; a slow header may not.
server.requestTimeout = 0;
server.headersTimeout = 60_000;
server.listen(port, hostname);

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 3_000).unref();
  });
}
