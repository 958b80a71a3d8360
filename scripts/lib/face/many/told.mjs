/** What people said of one adapter and are told: votes, tasks, notices; `adapter` and `runs` are numbers of copies. */
export async function tellAThousand(client, { runs, ownerId, people }) {
  await client.query(
    `insert into comparisons (adapter_id, account_id, prompt, prompt_sha256, is_tuned_first, base_answer, tuned_answer, vote, voted_at)
     select pg_temp.id_of('adapter' || $1::int), pg_temp.id_of('person' || i), 'a small bird', pg_temp.hash_of('a small bird' || i),
       i % 2 = 0, 'plant', 'animal', (array['tuned', 'tuned', 'tuned', 'base', 'both_good', 'both_bad'])[1 + i % 6], now() - i * interval '1 hour'
     from generate_series(1, $2::int) i`,
    [runs, people],
  );
  await client.query(
    `insert into tasks (id, datanet_id, adapter_id, opened_by_id, prompt, prompt_sha256, wrong_answer, expected, status, done_by_id, done_at, created_at)
     select pg_temp.id_of('task' || i), pg_temp.id_of('busy'), pg_temp.id_of('adapter' || $1::int), pg_temp.id_of('person' || (1 + i % $2::int)),
       r.prompt || case when i % 7 = 0 then ', said at the length to which a careful person goes when a short question would leave it open which of two things is meant' else '' end,
       pg_temp.hash_of('task' || i), 'plant', r.answer, case when i % 3 = 0 then 'done' else 'open' end,
       case when i % 3 = 0 then r.contribution_id end, case when i % 3 = 0 then now() end, now() - i * interval '50 minutes'
     from (select *, row_number() over (order by id) as i from records where datanet_id = pg_temp.id_of('busy') limit 1000) r`,
    [runs, people],
  );
  const datanet = "'datanet', 'What is described? Forty kinds of thing, told apart by a great many people'";
  await client.query(
    `insert into notices (account_id, kind, subject_id, facts, read_at, created_at)
     select $1::uuid, kind, pg_temp.id_of(case kind when 'contribution.reviewed' then 'contribution' when 'run.finished' then 'run'
         when 'run.failed' then 'run' when 'adapter.final' then 'adapter' else 'task' end || i),
       case kind
         when 'contribution.reviewed' then jsonb_build_object('file', 'definitions-' || i || '.csv', 'accepted', 5 + i % 9, 'rejected', i % 3)
         when 'adapter.final' then jsonb_build_object('name', 'Forty kinds of thing, balanced, version ' || i)
         when 'task.opened' then jsonb_build_object(${datanet}, 'datanetId', pg_temp.id_of('busy'), 'task', '“a small bird that eats seeds” was answered with “plant”.')
         else jsonb_build_object(${datanet}, 'preset', 'balanced', 'problem', 'The loss was no number any more at step 40.') end,
       case when i > 120 then now() end, now() - i * interval '40 minutes'
     from generate_series(1, 1000) i cross join lateral (select (array['contribution.reviewed', 'run.finished', 'run.failed', 'adapter.final', 'task.opened'])[1 + i % 5] as kind) k`,
    [ownerId],
  );
}
