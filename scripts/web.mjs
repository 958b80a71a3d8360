import { createServer } from "node:http";
import next from "next";

/**
 * The built app on loopback. Next answers 500 to an address whose percent signs do not decode, before any code of ours
 * runs; here it is a 400 with a sentence. Everything else goes to Next as it is.
 */
const hostname = "127.0.0.1";
const port = Number(process.env.PORT);
const app = next({ dev: false, hostname, port });
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

const server = createServer((request, response) => {
  if (isDecodable(request.url.split("?")[0])) return handle(request, response);
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
