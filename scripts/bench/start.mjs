import { seconds } from "../lib/log.mjs";
import { startTestApp } from "../lib/test-app.mjs";

export const summary =
  "time from `npm start` to a served page, on a new data folder and on one that exists ([runs], 5)";

export async function run([runs = "5"]) {
  const count = Number(runs);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`The number of runs must be a whole number, but it is "${runs}".`);
  // The first one builds and installs what is missing, so it is not counted.
  const first = await startTestApp();
  await first.stop();
  const fresh = await timed(() => startTestApp());
  console.log(`new data folder: ${seconds(fresh.ms)} s`);
  let app = fresh.app;
  const times = [];
  const stops = [];
  for (let i = 0; i < count; i++) {
    stops.push(await timed(() => app.stop({ keepData: true })));
    const next = await timed(() => startTestApp({ dataDir: app.dataDir }));
    app = next.app;
    times.push(next.ms);
  }
  await app.stop();
  const sorted = times.sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  console.log(
    `existing data folder, ${count} runs: median ${seconds(sorted[Math.floor(count / 2)])} s (${seconds(low)} to ${seconds(high)} s)`,
  );
  console.log(
    `stop: median ${seconds(stops.map((each) => each.ms).sort((a, b) => a - b)[Math.floor(count / 2)])} s`,
  );
}

async function timed(work) {
  const began = performance.now();
  const app = await work();
  if (app) await fetch(app.url).then((page) => page.text());
  return { app, ms: performance.now() - began };
}
