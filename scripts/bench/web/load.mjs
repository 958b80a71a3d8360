import { Agent, request } from "node:http";

/**
 * The load, in a process of its own: `node load.mjs JSON` with {url, method, headers[], body, clients, seconds}; each
 * client sends its next request when the last was read to its end. Prints {requests, perSecond, p50, p95, failed} (ms).
 */
const { url, method = "GET", headers, bodies = [null], clients, seconds } = JSON.parse(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const times = [];
let failed = 0;
let firstFailure = null;
const began = performance.now();
const end = began + seconds * 1000;

function once(client) {
  return new Promise((done) => {
    const body = bodies[client % bodies.length];
    const sent = performance.now();
    const fail = (why) => {
      failed += 1;
      firstFailure ??= String(why);
      done();
    };
    const outgoing = request(
      url,
      { agent, method, headers: headers[client % headers.length] },
      (response) => {
        response.on("data", () => {});
        response.on("error", fail);
        response.on("end", () => {
          if (response.statusCode !== 200) return fail(`status ${response.statusCode}`);
          times.push(performance.now() - sent);
          done();
        });
      },
    );
    outgoing.on("error", fail);
    outgoing.end(body ?? undefined);
  });
}

await Promise.all(
  Array.from({ length: clients }, async (_, client) => {
    while (performance.now() < end) await once(client);
  }),
);
const elapsed = (performance.now() - began) / 1000;
times.sort((a, b) => a - b);
const quantile = (q) => times[Math.min(times.length - 1, Math.floor(q * times.length))] ?? null;
agent.destroy();
console.log(
  JSON.stringify({
    requests: times.length,
    perSecond: times.length / elapsed,
    p50: quantile(0.5),
    p95: quantile(0.95),
    failed,
    firstFailure,
  }),
);
