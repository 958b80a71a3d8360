import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { busyEvaluation, busyInfluence } from "./busy-answers.mjs";
import { copyRows } from "./copying.mjs";

const CHECKS = 30;
/** Checks by retraining share so many results. */
const RESULTS = 3;

const summaryOf = ({ metric, n, arms, comparison, comparison_prompted, categories }) => ({
  metric,
  n,
  arms: Object.fromEntries(
    Object.entries(arms).map(([arm, { per_class, failed: _failed, contains, ...rate }]) => [
      arm,
      { ...rate, contains: contains ?? null, perLabel: per_class ?? null },
    ]),
  ),
  comparison: comparisonOf(comparison),
  comparisonPrompted: comparison_prompted && comparisonOf(comparison_prompted),
  categories: categories.map(({ p_value, p_holm, ...rest }) => ({ ...rest, pValue: p_value, pHolm: p_holm })),
});

const comparisonOf = (c) => ({
  fixed: c.fixed,
  broken: c.broken,
  bothRight: c.both_right,
  bothWrong: c.both_wrong,
  difference: c.difference,
  low: c.interval[0],
  high: c.interval[1],
  pValue: c.p_value,
  vsMajorityPValue: c.vs_majority_p_value,
  verdict: c.verdict,
  reason: c.reason,
  minDetectable: c.min_detectable,
  rowsNeeded: c.rows_needed ?? null,
});

/**
 * Gives the last run and the one before it 1,500 questions, of which 500 may be shown, forty labels, forty categories, the
 * influence of everybody who contributed, and thirty checks by retraining. The blobs are written below `dataDir`.
 */
export async function fillBusyRun(client, { dataDir, sampleRun, runs, ownerId }) {
  const store = blobStore(dataDir);
  const all = async (text, values) => (await client.query(text, values)).rows;
  const [sample] = await all("select artifacts, inputs from training_runs where id = $1", [sampleRun]);
  const rows = await all(
    `select r.id, r.prompt, r.answer, r.category, r.contributor_id, r.contribution_id, s.side, s.sealed, s.cluster
     from snapshot_records s join records r on r.id = s.record_id where s.snapshot_id = pg_temp.id_of('version' || $1::int) order by r.id`,
    [runs],
  );
  const test = rows.filter(({ side }) => side === "test");
  const train = rows.filter(({ side }) => side === "train");
  const old = store.read(sample.artifacts["evaluation.json"]);
  for (const [run, seed] of [
    [runs, 1],
    [runs - 1, 2],
  ]) {
    const evaluation = busyEvaluation(old, test, seed);
    await setArtifacts(client, run, { "evaluation.json": store.write(evaluation) });
    await client.query(
      `update evaluations set sha256 = $2, verdict = 'better', summary = $3 where run_id = pg_temp.id_of('run' || $1::int)`,
      [run, store.write(evaluation), JSON.stringify(summaryOf(evaluation))],
    );
  }
  const groupsBy = (column) => {
    const counts = new Map();
    for (const row of train) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
    return [...counts].map(([id, n]) => ({ id, rows: n }));
  };
  const influence = busyInfluence(store.read(sample.artifacts["influence.json"]), {
    contributors: groupsBy("contributor_id"),
    contributions: groupsBy("contribution_id"),
    train,
    shown: test.filter(({ sealed }) => !sealed),
  });
  await setArtifacts(client, runs, { "influence.json": store.write(influence) });
  for (const scope of ["contributor", "contribution"])
    await client.query(
      `insert into influence_scores (run_id, scope, subject_id, rows, value, low, high)
       select pg_temp.id_of('run' || $1::int), $2, g.id, g.rows, g.value, g.low, g.high
       from jsonb_to_recordset($3::jsonb) as g(id uuid, rows int, value float8, low float8, high float8)`,
      [runs, scope, JSON.stringify(influence[`${scope}s`])],
    );
  const lines = train.map(({ id, prompt, answer, category, contributor_id, contribution_id, cluster }) =>
    JSON.stringify({
      id,
      prompt,
      answer,
      system: "",
      category,
      contributor: contributor_id,
      contribution: contribution_id,
      cluster,
    }),
  );
  await client.query(
    "update training_runs set inputs = inputs || jsonb_build_object('train', $2::text) where id = pg_temp.id_of('run' || $1::int)",
    [runs, store.write(`${lines.join("\n")}\n`)],
  );
  await addChecks(client, {
    runs,
    ownerId,
    results: Array.from({ length: RESULTS }, (_, i) => store.write(busyEvaluation(old, test, 10 + i))),
  });
}

const setArtifacts = (client, run, artifacts) =>
  client.query(
    "update training_runs set artifacts = artifacts || $2::jsonb where id = pg_temp.id_of('run' || $1::int)",
    [run, JSON.stringify(artifacts)],
  );

const addChecks = (client, { runs, ownerId, results }) =>
  copyRows(
    client,
    "training_runs",
    `(select * from training_runs where id = pg_temp.id_of('run' || $1::int)) s cross join generate_series(1, $2::int) i`,
    {
      id: "pg_temp.id_of('check' || i)",
      kind: "'removal'",
      parent_run_id: "s.id",
      builder_id: "$3::uuid",
      excluded_contributor_ids: "jsonb_build_array(pg_temp.id_of('person' || i))",
      run_commit: "'0x' || pg_temp.hash_of('check' || i)",
      artifacts: "jsonb_build_object('evaluation.json', ($4::text[])[1 + i % array_length($4::text[], 1)])",
      created_at: "s.created_at + i * interval '1 minute'",
    },
    [runs, CHECKS, ownerId, results],
  );

/** JSON or text by its SHA-256, as the app keeps it. */
function blobStore(dataDir) {
  const path = (sha256) => resolve(dataDir, "blobs", "sha256", sha256.slice(0, 2), sha256);
  return {
    read: (sha256) => JSON.parse(readFileSync(path(sha256), "utf8")),
    write: (value) => {
      const content = typeof value === "string" ? value : JSON.stringify(value);
      const sha256 = createHash("sha256").update(content).digest("hex");
      mkdirSync(dirname(path(sha256)), { recursive: true });
      writeFileSync(path(sha256), content);
      return sha256;
    },
  };
}
