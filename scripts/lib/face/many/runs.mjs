import { copyRows } from "./copying.mjs";

/** Versions of the busy Datanet, each with more rows than the one before; the last one's rows are really in it. */
export async function copyVersions(client, { sampleVersion, versions, ownerId }) {
  const rows = "(select count(*) from records where datanet_id = pg_temp.id_of('busy'))";
  await copyRows(
    client,
    "snapshots",
    `(select * from snapshots where id = $1) s cross join generate_series(1, $2::int) i
     cross join lateral (select ${rows} * (1000 + i) / (1000 + $2::int) as n) part`,
    {
      id: "pg_temp.id_of('version' || i)",
      datanet_id: "pg_temp.id_of('busy')",
      created_by_id: "$3::uuid",
      number: "i",
      rows: "part.n",
      root: "'0x' || pg_temp.hash_of('root' || i)",
      split: `jsonb_build_object('train', part.n - 1700, 'validation', 128, 'test', 1500, 'sealed', 1000, 'removed', 72,
        'clusters', part.n - 300, 'removedBy', jsonb_build_object('duplicate_of_test', 40, 'near_duplicate_of_test', 32))`,
      frozen_at: "now() - ($2::int - i) * interval '9 hours'",
      created_at: "now() - ($2::int - i) * interval '9 hours' - interval '5 minutes'",
    },
    [sampleVersion, versions, ownerId],
  );
  await client.query(
    `insert into snapshot_records (snapshot_id, record_id, leaf, cluster, side, sealed, removed_reason)
     select pg_temp.id_of('version' || $1::int), id, pg_temp.hash_of('leaf' || n), 'c' || n,
       case when n <= 1500 then 'test' when n <= 1628 then 'validation' when n <= 1700 then 'removed' else 'train' end,
       n between 501 and 1500, case when n between 1629 and 1700 then 'near_duplicate_of_test' end
     from (select id, row_number() over (order by id) as n from records where datanet_id = pg_temp.id_of('busy')) r`,
    [versions],
  );
  await client.query(
    `insert into snapshot_approvals (snapshot_id, validator_id, signature, deadline)
     select pg_temp.id_of('version' || $1::int), account_id, '0x', 0 from datanet_members
     where datanet_id = pg_temp.id_of('busy') and is_validator`,
    [versions],
  );
  await client.query(
    `insert into benchmarks (snapshot_id, metric, items, test_sha256, openings)
     select pg_temp.id_of('version' || i), 'accuracy', 1500, pg_temp.hash_of('test' || i), i from generate_series(1, $1::int) i`,
    [versions],
  );
}

/** The last two are looked at: they ended well. */
const STATUS =
  "case when i > $2::int - 2 then 'succeeded' when i % 10 = 7 then 'failed' when i % 10 = 6 then 'cancelled' else 'succeeded' end";
const VERDICT = "(array['better', 'better', 'better', 'worse', 'not_enough_evidence'])[1 + i % 5]";

/** Runs on these versions by everyone, one a version, of all verdicts; those that were not stopped have an evaluation. */
export async function copyRuns(client, { sampleRun, runs, ownerId }) {
  await copyRows(
    client,
    "training_runs",
    "(select * from training_runs where id = $1) s cross join generate_series(1, $2::int) i",
    {
      id: "pg_temp.id_of('run' || i)",
      datanet_id: "pg_temp.id_of('busy')",
      snapshot_id: "pg_temp.id_of('version' || i)",
      builder_id: "case when i % 4 = 0 then $3::uuid else pg_temp.id_of('person' || (1 + i % 1000)) end",
      base_id: "case when i % 3 = 0 then 'smollm2-135m-instruct' else 'tiny' end",
      preset: "(array['quick', 'balanced', 'thorough'])[1 + i % 3]",
      seed: "i",
      run_commit: "'0x' || pg_temp.hash_of('commitment' || i)",
      status: STATUS,
      artifacts: `case when ${STATUS} = 'succeeded' then s.artifacts else '{}'::jsonb end`,
      problem: `case when i % 10 = 7 then jsonb_build_object('code', 'LOSS_NAN', 'message', 'The loss was no number any more at step 40.',
        'fix', 'Take a smaller learning rate.') end`,
      created_at: "now() - ($2::int - i) * interval '9 hours'",
      started_at: "now() - ($2::int - i) * interval '9 hours'",
      finished_at: "now() - ($2::int - i) * interval '9 hours' + interval '4 minutes'",
    },
    [sampleRun, runs, ownerId],
  );
  await client.query(
    `insert into training_run_snapshots (run_id, snapshot_id, datanet_id, position)
     select id, snapshot_id, datanet_id, 0 from training_runs where datanet_id = pg_temp.id_of('busy')`,
  );
  await copyRows(
    client,
    "evaluations",
    `(select * from evaluations where run_id = $1) s cross join generate_series(1, $2::int) i
     join training_runs r on r.id = pg_temp.id_of('run' || i) and r.status = 'succeeded'
     join benchmarks b on b.snapshot_id = r.snapshot_id`,
    {
      run_id: "r.id",
      benchmark_id: "b.id",
      verdict: VERDICT,
      summary: `jsonb_set(jsonb_set(s.summary, '{comparison,difference}', to_jsonb((case when i % 5 = 3 then -1 else 1 end) * (i % 47) / 100.0)),
        '{n}', to_jsonb(300 + i))`,
      created_at: "r.finished_at",
    },
    [sampleRun, runs],
  );
}

/** The adapters of these runs and a hundred that were brought in, some of them on the chain. */
export async function copyAdapters(client, { sampleAdapter, runs, ownerId }) {
  await copyRows(
    client,
    "adapters",
    `(select * from adapters where id = $1) s cross join generate_series(1, $2::int) i
     join training_runs r on r.id = pg_temp.id_of('run' || i) and r.status = 'succeeded'`,
    {
      id: "pg_temp.id_of('adapter' || i)",
      run_id: "r.id",
      datanet_id: "r.datanet_id",
      builder_id: "r.builder_id",
      name: "'Forty kinds of thing, ' || r.preset || ', version ' || i",
      base_id: "r.base_id",
      sha256: "case when i = $2::int then s.sha256 else pg_temp.hash_of('weights' || i) end",
      created_at: "r.finished_at",
    },
    [sampleAdapter, runs],
  );
  await copyRows(
    client,
    "adapters",
    "(select * from adapters where id = $1) s cross join generate_series(1, 200) i",
    {
      id: "pg_temp.id_of('brought in' || i)",
      origin: "'imported'",
      run_id: "null",
      datanet_id: "null",
      builder_id: "$2::uuid",
      name: "'Brought from another machine, ' || i",
      sha256: "pg_temp.hash_of('brought in' || i)",
      imported: `jsonb_build_object('baseHash', pg_temp.hash_of('base'), 'licence', 'Apache-2.0', 'source', 'A colleague', 'statedBase', 'base',
        'rank', 8, 'alpha', 16, 'modules', jsonb_build_array('q_proj'), 'dtype', 'F32', 'tensors', 2, 'parameters', 1000, 'bytes', 4000)`,
      created_at: "now() - i * interval '3 hours'",
    },
    [sampleAdapter, ownerId],
  );
  await copyRows(
    client,
    "publications",
    `(select * from publications where adapter_id = $1) s cross join generate_series(1, $2::int) i
     join adapters a on a.id = pg_temp.id_of('adapter' || i) and (i % 2 = 1 or i = $2::int)`,
    {
      id: "pg_temp.id_of('publication' || i)",
      adapter_id: "a.id",
      status: "case when i % 11 = 0 then 'blocked' else 'final' end",
      token_id: "case when i % 11 = 0 then null else 1000 + i end",
      tx_hash: "case when i % 11 = 0 then null else '0x' || pg_temp.hash_of('publication' || i) end",
      created_at: "a.created_at",
    },
    [sampleAdapter, runs],
  );
  await client.query(
    `insert into adapter_cards (adapter_id, sha256, card, created_at)
     select pg_temp.id_of('adapter' || $2::int), sha256, card, created_at from adapter_cards where adapter_id = $1`,
    [sampleAdapter, runs],
  );
}
