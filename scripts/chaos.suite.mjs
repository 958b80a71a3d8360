// The whole app while its parts are killed: run by `node --test`, as the suite "chaos" of `npm test`.
// CHAOS_SEED=n repeats a campaign, CHAOS_CAMPAIGN=n plays n of them with seeds that follow.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { disturbedLoop, KINDS } from "./chaos/campaign.mjs";
import { checkInvariants } from "./chaos/invariants.mjs";
import { Victim } from "./chaos/kills.mjs";
import { chainAway, databaseAway } from "./chaos/outage.mjs";
import { backup } from "./data/backup.mjs";
import { doctor } from "./data/doctor.mjs";
import { restore } from "./data/restore.mjs";
import { seconds } from "./lib/log.mjs";

const SEED = Number(process.env.CHAOS_SEED) || Math.floor(Math.random() * 1e9);
const CAMPAIGNS = Number(process.env.CHAOS_CAMPAIGN) || 1;
const FEWEST_KILLS = 30;
const START_WITHIN_MS = 15_000;
/** How long one step may wait for the app to be well again. */
const PATIENCE_MS = 600_000;

const began = performance.now();
const log = (line) => console.log(`# [${seconds(performance.now() - began)} s] ${line}`);
const folders = [];
let isWhole = true;
after(() => {
  if (!isWhole) return log(`what is left of it: ${folders.join(", ")}`);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

for (let i = 0; i < CAMPAIGNS; i++) campaign(SEED + i);

function campaign(seed) {
  const folder = mkdtempSync(resolve(tmpdir(), "modelfactory-chaos-"));
  folders.push(folder);
  const saved = resolve(folder, "backup");
  // Short leases: a claim of a killed person's row is free again after seconds. A person's app gives up after five
  // restarts a minute, which says that something is wrong with it; here they are wanted.
  const env = { SEED: "off", BASES: "tiny", CLAIM_TTL_MS: "5000", RESTARTS_A_MINUTE: "60" };
  const victim = new Victim({ dataDir: resolve(folder, "data"), env, log });

  test(`CHAOS_SEED=${seed}: a loop to the published adapter while every part is killed loses and doubles nothing`, async () => {
    log(`first start: ${seconds(await victim.start())} s`);
    let backingUp = null;
    try {
      const world = await disturbedLoop({
        victim,
        seed,
        patienceMs: PATIENCE_MS,
        log,
        // The second run is undisturbed, so a backup can be made while it trains.
        onRun: (_, count) => {
          if (count === 2) backingUp = backup({ dataDir: victim.dataDir, out: saved, say: log });
        },
      });
      const manifest = await backingUp;
      assert.ok(manifest.files.length > 0);
      const { rpcUrl } = await world.ann.call("chain.config");
      await checkInvariants({ dataDir: victim.dataDir, world, rpcUrl });
      await databaseAway({ victim, ann: world.ann, log });
      await chainAway({ victim, ann: world.ann });
    } catch (error) {
      isWhole = false;
      throw error;
    } finally {
      await backingUp?.catch(() => {});
      await victim.stop();
    }
  });

  test("at least 30 kills, of every kind, and each next start within 15 s, of the whole and of a part", () => {
    const count = Object.values(victim.counts).reduce((sum, each) => sum + each, 0);
    log(`${count} kills: ${JSON.stringify(victim.counts)}`);
    log(`next starts: ${victim.startsMs.map(seconds).join(", ")} s`);
    assert.deepEqual(Object.keys(victim.counts).sort(), KINDS);
    assert.ok(count >= FEWEST_KILLS, `${count} kills`);
    assert.deepEqual(victim.left, [], "nothing of a killed start lives on");
    const back = Object.entries(victim.backMs);
    log(`whole again after at most: ${back.map(([part, took]) => `${part} ${seconds(took)} s`).join(", ")}`);
    for (const [part, took] of back)
      assert.ok(took <= START_WITHIN_MS, `whole again ${seconds(took)} s after ${part} was killed`);
    for (const took of victim.startsMs) assert.ok(took <= START_WITHIN_MS, `a start took ${seconds(took)} s`);
  });

  test("the backup made while a run trained restores, and the doctor finds nothing wrong", async () => {
    const dataDir = resolve(folder, "restored");
    await restore({ from: saved, dataDir, say: log });
    const wrong = (await doctor({ dataDir })).filter(({ status, id }) => status !== "ok" && id !== "disk");
    assert.deepEqual(wrong, []);
  });
}
