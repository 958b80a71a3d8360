import { spawn } from "node:child_process";

import { Person } from "../chaos/person.mjs";
import { publicPages, withApp } from "../lib/face/public-pages.mjs";
import { bin } from "../lib/paths.mjs";
import { anyFreePort } from "../lib/ports.mjs";
import { createTestPostgres } from "../lib/test-postgres.mjs";
import { BARE_TABLES, buildBareApp } from "./web/bare-app.mjs";
import { load } from "./web/run-load.mjs";

export const summary =
  "requests a second and p95 of four things at 8 and 32 clients, beside a bare Next + tRPC app ([--url URL] [--seconds 3] [--only NAME])";

const CLIENTS = [8, 32];
const ROUNDS = 3;
const GOAL = 0.6;
/** Each client is a person of their own: nobody changes one name from many places at once. */
const PEOPLE = Math.max(...CLIENTS);
const log = (text) => console.error(text);

/** Our app and a bare one take turns, round by round, so that a busy machine slows both; the median round counts. */
export async function run(args) {
  const at = args.indexOf("--seconds");
  const seconds = at >= 0 ? Number(args[at + 1]) : 3;
  if (!(seconds > 0 && seconds <= 60)) throw new Error("--seconds is a number above 0, at most 60.");
  const onlyAt = args.indexOf("--only");
  const only = onlyAt >= 0 ? (args[onlyAt + 1] ?? "") : "";
  await withBareApp(async (bare) => {
    await withApp(args, async (url) => {
      const pairs = (await pairsOf(url, bare)).filter(({ name }) => name.includes(only));
      if (pairs.length === 0)
        throw new Error("--only is a part of a name: catalogue, Datanet, queue or write.");
      console.log(
        `${ROUNDS} rounds of ${seconds} s each in turn, median; the load runs in a process of its own`,
      );
      console.log("what            clients   ours req/s    p95 ms   bare req/s    p95 ms   ratio");
      let below = 0;
      for (const { name, ours, theirs } of pairs) {
        for (const clients of CLIENTS) {
          const results = { ours: [], theirs: [] };
          for (let round = -1; round < ROUNDS; round += 1) {
            for (const [who, target] of Object.entries({ ours, theirs })) {
              // The round before the first only warms both up.
              const result = await load({ ...target, clients, seconds: round < 0 ? 1 : seconds });
              if (round >= 0) results[who].push(result);
            }
          }
          const [a, b] = [median(results.ours), median(results.theirs)];
          const ratio = a.perSecond / b.perSecond;
          if (ratio < GOAL) below += 1;
          const cell = (value, width) => value.toFixed(1).padStart(width);
          console.log(
            `${name.padEnd(16)}${String(clients).padStart(7)}${cell(a.perSecond, 13)}${cell(a.p95, 10)}${cell(b.perSecond, 13)}${cell(b.p95, 10)}${ratio.toFixed(2).padStart(8)}`,
          );
        }
      }
      console.log(`${below === 0 ? "every ratio reaches" : `${below} ratios are below`} the goal of ${GOAL}`);
    });
  });
}

/** The same kind of thing in both apps: a list page, a page of one thing, a query, a write in a transaction. */
async function pairsOf(url, bare) {
  const pages = await publicPages(url);
  if (!pages.Datanet) throw new Error("There is no Datanet to measure: start with the samples (SEED=on).");
  const people = Array.from(
    { length: PEOPLE },
    (_, i) => new Person({ name: `Load ${i + 1}`, url: () => url, patienceMs: 30_000 }),
  );
  for (const person of people) await person.signIn();
  const input = (value) => encodeURIComponent(JSON.stringify({ json: value }));
  const json = { "content-type": "application/json", origin: url };
  const cookieOf = ({ cookies }) => [...cookies].map(([key, value]) => `${key}=${value}`).join("; ");
  const get = (path, headers = [{}]) => ({ url: path, headers });
  // A visitor's page is rendered once a second for all of them; who is signed in gets one of their own.
  const signedIn = people.map((person) => ({ cookie: cookieOf(person) }));
  const [catalogue, datanet] = [url + pages.catalogue, url + pages.Datanet];
  return [
    { name: "catalogue", ours: get(catalogue), theirs: get(`${bare}/`) },
    { name: "  signed in", ours: get(catalogue, signedIn), theirs: get(`${bare}/`) },
    { name: "Datanet page", ours: get(datanet), theirs: get(`${bare}/things/7`) },
    { name: "  signed in", ours: get(datanet, signedIn), theirs: get(`${bare}/things/7`) },
    {
      name: "review queue",
      ours: get(`${url}/api/trpc/review.queue?input=${input({ datanetId: pages.ids.datanetId })}`),
      theirs: get(`${bare}/api/trpc/queue`),
    },
    {
      name: "write",
      ours: {
        url: `${url}/api/trpc/account.setName`,
        method: "POST",
        headers: signedIn.map((headers) => ({ ...json, ...headers })),
        bodies: people.map(({ name }) => JSON.stringify({ json: { name } })),
      },
      theirs: {
        url: `${bare}/api/trpc/write`,
        method: "POST",
        headers: [{ ...json, origin: bare }],
        bodies: [JSON.stringify({ json: { name: "Load" } })],
      },
    },
  ];
}

const median = (results) => [...results].sort((a, b) => a.perSecond - b.perSecond)[results.length >> 1];

async function withBareApp(work) {
  const folder = await buildBareApp(log);
  const postgres = await createTestPostgres({ fsync: true });
  await postgres.start();
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(BARE_TABLES);
  await client.end();
  const port = await anyFreePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(process.execPath, [bin("next"), "start", "-H", "127.0.0.1", "-p", String(port)], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", DATABASE_URL: postgres.url },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    await untilAnswers(url);
    return await work(url);
  } finally {
    server.kill("SIGTERM");
    await postgres.stop();
  }
}

async function untilAnswers(url) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (
      await fetch(url).then(
        (page) => page.ok,
        () => false,
      )
    )
      return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`The bare app did not answer at ${url} within a minute.`);
}
