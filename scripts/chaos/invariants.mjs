import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { withClient, withDatabase } from "../data/database.mjs";
import { doctor } from "../data/doctor.mjs";
import { call } from "../lib/chain.mjs";

/** How often each change may stand in the log after one loop: an answer that was lost must not have made it twice. */
const ONCE = {
  "datanet.create": 1,
  "contribution.upload": 3,
  "contribution.submit": 3,
  "snapshot.freeze": 1,
  "snapshot.approve": 1,
  "snapshot.frozen": 1,
  "trainingRun.create": 2,
  "trainingRun.committed": 2,
  "publication.start": 1,
  "chain.submitted": 6,
};

/** What must be true of the data folder of a running app after a disturbed loop. Throws on the first thing that is not. */
export function checkInvariants({ dataDir, world, rpcUrl }) {
  return withDatabase(dataDir, (url) =>
    withClient(url, async (client) => {
      const all = async (text, values) => (await client.query(text, values)).rows;
      await nothingLost(all, world);
      await nothingDoubled(all, world);
      await runsAreEqual(all, world);
      await chainIsWhole(all, world, rpcUrl);
      const wrong = (await doctor({ dataDir })).filter(({ status, id }) => status !== "ok" && id !== "disk");
      assert.deepEqual(wrong, [], "the doctor finds nothing wrong");
    }),
  );
}

async function nothingLost(all, { acknowledged, contributions, files, datanetId }) {
  const stored = await all(
    "select id, file_sha256 as hash, kept_rows::int as kept from contributions order by id",
  );
  assert.deepEqual(stored.map(({ id }) => id).sort(), [...contributions].sort(), "every upload, each once");
  const hashes = files.map(({ content }) => createHash("sha256").update(content).digest("hex"));
  assert.deepEqual(stored.map(({ hash }) => hash).sort(), hashes.sort(), "every file, unchanged");
  const [{ rows, undecided }] = await all(
    "select count(*)::int as rows, count(*) filter (where status <> 'accepted')::int as undecided from records where datanet_id = $1",
    [datanetId],
  );
  assert.equal(rows, acknowledged.rows, "every row that was submitted");
  assert.equal(undecided, 0, "every row is decided");
  const reviewed = new Set(
    (await all("select record_id from reviews where decision = 'accept'")).map((r) => r.record_id),
  );
  const lost = [...acknowledged.decisions].filter((id) => !reviewed.has(id));
  assert.deepEqual(lost, [], "every decision that was acknowledged");
}

async function nothingDoubled(all, { acknowledged, datanetId }) {
  const [{ reviews, records }] = await all(
    "select count(*)::int as reviews, count(distinct record_id)::int as records from reviews",
  );
  assert.deepEqual([reviews, records], [acknowledged.rows, acknowledged.rows], "one decision a row");
  const [{ datanets }] = await all("select count(*)::int as datanets from datanets");
  assert.equal(datanets, 1, "one Datanet");
  const [{ leaves, distinct }] = await all(
    `select count(*)::int as leaves, count(distinct record_id)::int as distinct from snapshot_records
     join snapshots s on s.id = snapshot_id where s.datanet_id = $1`,
    [datanetId],
  );
  assert.deepEqual(
    [leaves, distinct],
    [acknowledged.rows, acknowledged.rows],
    "each row once in the version",
  );
  const counts = await all("select action, count(*)::int as count from audit_log group by 1");
  const found = Object.fromEntries(counts.map(({ action, count }) => [action, count]));
  for (const [action, count] of Object.entries(ONCE)) assert.equal(found[action], count, action);
}

async function runsAreEqual(all, { runId, secondRunId, adapterId, adapterSha256, publicationId }) {
  const runs = await all(
    "select id, status, artifacts->>'adapter_model.safetensors' as adapter from training_runs",
  );
  assert.deepEqual(runs.map(({ id }) => id).sort(), [runId, secondRunId].sort(), "two runs");
  for (const { status, adapter } of runs)
    assert.deepEqual([status, adapter], ["succeeded", adapterSha256], "the adapter of an undisturbed run");
  assert.deepEqual(await all("select id, sha256 from adapters"), [{ id: adapterId, sha256: adapterSha256 }]);
  const made = await all("select run_id as id, count(*)::int as count from evaluations group by 1");
  assert.deepEqual(
    made.map(({ id, count }) => [id, count]).sort(),
    [
      [runId, 1],
      [secondRunId, 1],
    ].sort(),
    "measured once",
  );
  assert.deepEqual(await all("select id, status from publications"), [
    { id: publicationId, status: "final" },
  ]);
}

async function chainIsWhole(all, { acknowledged }, rpcUrl) {
  const told = await all("select hash, status from chain_transactions order by hash");
  const sent = [...acknowledged.transactions].sort().map((hash) => ({ hash, status: "final" }));
  assert.deepEqual(told, sent, "every transaction that was sent is final");
  const [cursor] = await all(
    "select block_number::int as height, genesis_hash as genesis from chain_cursors",
  );
  const genesis = await call(rpcUrl, "eth_getBlockByNumber", ["0x0", false]);
  assert.equal(genesis.hash, cursor.genesis, "the same chain as at the start");
  const events = await all("select tx_hash, log_index, block_hash, contract from chain_events");
  const address = [...new Set(events.map(({ contract }) => contract))];
  const toBlock = `0x${cursor.height.toString(16)}`;
  const logs = await call(rpcUrl, "eth_getLogs", [{ fromBlock: "0x0", toBlock, address }]);
  const name = (tx, index, block) => `${tx} ${Number(index)} ${block}`;
  assert.deepEqual(
    events.map((each) => name(each.tx_hash, each.log_index, each.block_hash)).sort(),
    logs.map((log) => name(log.transactionHash, log.logIndex, log.blockHash)).sort(),
    "every event of the chain once, in the block where it is now",
  );
}
