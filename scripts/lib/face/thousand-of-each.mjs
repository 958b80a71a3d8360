import { Person } from "../../chaos/person.mjs";
import { withClient, withDatabase } from "../../data/database.mjs";
import { fillBusyRun } from "./many/busy-run.mjs";
import { prepareCopying } from "./many/copying.mjs";
import { copyBusyDatanet, copyDatanets, copyPeople } from "./many/datanets.mjs";
import { copyAdapters, copyRuns, copyVersions } from "./many/runs.mjs";
import { tellAThousand } from "./many/told.mjs";
import { PEOPLE } from "./many/words.mjs";
import { storageStateOf } from "./thousand-rows.mjs";

const MANY = 1_000;
const CONTRIBUTORS = 60;

/**
 * A thousand of everything that a page lists, for somebody who owns a good part of it: copies of the seeded sample, made
 * in the app's own database, because as many real ones take days. Answers with an album of the pages that list them.
 */
export async function makeThousandOfEach(url, dataDir) {
  const ida = new Person({ name: "Ida Okafor", url: () => url, patienceMs: 60_000 });
  await ida.signIn();
  await ida.call("guide.close", { isClosed: true });
  const samples = await ida.call("sample.list");
  const sample = samples.find(({ goal }) => goal === "label");
  if (!sample) throw new Error("The samples are not there yet: start with SEED=on and wait.");
  const common = { ownerId: ida.id, runs: MANY };
  const ids = await withDatabase(dataDir, (address) =>
    withClient(address, async (client) => {
      await prepareCopying(client);
      await client.query("begin");
      await copyPeople(client);
      await copyDatanets(
        client,
        samples.map(({ datanetId }) => datanetId),
      );
      await copyBusyDatanet(client, {
        sample: sample.datanetId,
        ownerId: ida.id,
        contributions: MANY,
        contributors: CONTRIBUTORS,
      });
      await copyVersions(client, { ...common, sampleVersion: sample.snapshotId, versions: MANY });
      await copyRuns(client, { ...common, sampleRun: sample.runId });
      await copyAdapters(client, { ...common, sampleAdapter: sample.adapterId });
      await fillBusyRun(client, { ...common, dataDir, sampleRun: sample.runId });
      await tellAThousand(client, { ...common, people: PEOPLE.length });
      await client.query("commit");
      await client.query("analyze");
      const { rows } = await client.query(
        `select pg_temp.id_of('busy') as datanet, pg_temp.id_of('version' || $1::int) as version, pg_temp.id_of('run' || $1::int) as run,
         pg_temp.id_of('run' || $1::int - 1) as other, pg_temp.id_of('adapter' || $1::int) as adapter`,
        [MANY],
      );
      return rows[0];
    }),
  );
  return { storageState: storageStateOf(ida, url), pages: pagesOf(ids) };
}

/** The pages that list these; `ids` are of the busy Datanet, its last version and run, the run before, and its adapter. */
export function pagesOf(ids) {
  const tab = (name) => `/datanets/${ids.datanet}#${name}`;
  return {
    landing: "/",
    catalogue: "/datanets",
    runs: "/runs",
    adapters: "/adapters",
    notices: "/notices",
    rules: tab("rules"),
    "datanet-contributions": tab("contributions"),
    versions: tab("versions"),
    "datanet-runs": tab("runs"),
    "datanet-adapters": tab("adapters"),
    tasks: tab("tasks"),
    members: tab("members"),
    version: `/versions/${ids.version}`,
    "freeze-again": `/datanets/${ids.datanet}/freeze`,
    train: { path: `/datanets/${ids.datanet}/train`, act: openPeople },
    run: `/runs/${ids.run}`,
    "compare-choose": `/runs/compare?a=${ids.run}`,
    compare: `/runs/compare?a=${ids.run}&b=${ids.other}`,
    adapter: `/adapters/${ids.adapter}`,
  };
}

/** Whom to leave out, and which Datanets to add, as somebody opens both. */
async function openPeople(page) {
  await page.getByText("Leave somebody out").click();
  await page.getByRole("button", { name: "Add a Datanet" }).click();
  await page.getByRole("list", { name: "Datanets to add" }).waitFor();
}
