/** Ids of something to look at, from the app's own public API; null where there is none yet. */
export async function publicPages(url) {
  const ask = async (procedure, input) => {
    const query = encodeURIComponent(JSON.stringify({ json: input }));
    const response = await fetch(`${url}/api/trpc/${procedure}?input=${query}`);
    if (!response.ok) throw new Error(`${procedure} answered ${response.status}: ${await response.text()}`);
    return (await response.json()).result.data.json;
  };
  const runs = (await ask("trainingRun.list", { limit: 100 })).items;
  const adapters = (await ask("adapter.list", { limit: 100 })).items;
  const datanets = (await ask("datanet.list", { limit: 100 })).items;
  const run = runs.find((each) => each.verdict) ?? runs[0];
  const adapter = adapters.find((each) => each.publicationStatus === "final") ?? adapters[0];
  const datanetId = adapter?.datanetId ?? run?.datanetId ?? datanets[0]?.id;
  const versions = datanetId ? await ask("snapshot.listForDatanet", { datanetId }) : [];
  const one = (path, id) => (id ? `${path}/${id}` : null);
  return {
    landing: "/",
    catalogue: "/datanets",
    Datanet: one("/datanets", datanetId),
    runs: "/runs",
    run: one("/runs", run?.id),
    "run-report": run ? `/runs/${run.id}/report` : null,
    adapters: "/adapters",
    adapter: one("/adapters", adapter?.id),
    version: one("/versions", versions[0]?.id),
    compare: "/runs/compare",
    import: "/adapters/import",
    notices: "/notices",
    ids: { datanetId, runId: run?.id, adapterId: adapter?.id, snapshotId: versions[0]?.id },
  };
}

/** `--url` of an app that runs, or an own one (with the samples) that is stopped afterwards. */
export async function withApp(args, work) {
  const at = args.indexOf("--url");
  if (at >= 0) {
    if (!/^https?:\/\//.test(args[at + 1] ?? ""))
      throw new Error("--url needs an address, for example --url http://127.0.0.1:3000");
    return work(args[at + 1].replace(/\/$/, ""), null);
  }
  const { startTestApp } = await import("../test-app.mjs");
  const app = await startTestApp({ env: { SEED: "on" }, onLine: (line) => console.error(line) });
  try {
    await untilSampled(app.url);
    return await work(app.url, app.dataDir);
  } finally {
    await app.stop();
  }
}

/** An app on a new data folder with nothing in it. */
export async function withNewApp(work) {
  const { startTestApp } = await import("../test-app.mjs");
  const app = await startTestApp({ onLine: (line) => console.error(line) });
  try {
    return await work(app.url, app.dataDir);
  } finally {
    await app.stop();
  }
}

const SAMPLES_MS = 180_000;
const SAMPLES = 2;

/** All of them are there: each ends with a published adapter. */
async function hasAllSamples(url) {
  const input = encodeURIComponent(JSON.stringify({ json: { limit: 100 } }));
  const response = await fetch(`${url}/api/trpc/adapter.list?input=${input}`);
  return (await response.json()).result.data.json.items.length >= SAMPLES;
}

/** The samples are seeded in the background; without them the detail pages cannot be measured. */
async function untilSampled(url) {
  const end = Date.now() + SAMPLES_MS;
  while (Date.now() < end) {
    const { adapter } = await publicPages(url);
    if (adapter && (await hasAllSamples(url))) return;
    await new Promise((done) => setTimeout(done, 2_000));
  }
  console.error(`No sample adapter after ${SAMPLES_MS / 1000} s; pages that need one are left out.`);
}
