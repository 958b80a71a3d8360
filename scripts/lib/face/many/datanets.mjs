import { copyRows } from "./copying.mjs";
import { DATANET_NAMES, LABELS, PEOPLE } from "./words.mjs";

/** As many people as names; their ids are `id_of('person' || i)` with i from 1. */
export const copyPeople = (client) =>
  client.query(
    `insert into accounts (id, address, name, created_at)
     select pg_temp.id_of('person' || i), '0x' || left(pg_temp.hash_of('person' || i), 40), name, now() - i * interval '1 hour'
     from unnest($1::text[]) with ordinality as people(name, i)`,
    [PEOPLE],
  );

/** A catalogue of as many Datanets as there are names, of both goals and all states, each with an owner who is a member. */
export async function copyDatanets(client, samples) {
  await copyRows(
    client,
    "datanets",
    `unnest($1::text[]) with ordinality as names(name, i)
     join lateral (select * from datanets d where d.id = ($2::uuid[])[1 + i % 2]) s on true`,
    {
      id: "pg_temp.id_of('datanet' || i)",
      owner_id: "pg_temp.id_of('person' || i)",
      name: "names.name",
      policy_hash: "'0x' || pg_temp.hash_of('policy' || i)",
      status: "case when i % 3 = 0 then 'draft' else 'registered' end",
      is_sample: "false",
      chain_datanet_id: "case when i % 3 = 0 then null else 1000000 + i end",
      created_at: "now() - i * interval '5 hours'",
    },
    [DATANET_NAMES, samples],
  );
  await client.query(
    `insert into datanet_members (datanet_id, account_id)
     select id, owner_id from datanets where id in (select pg_temp.id_of('datanet' || i) from generate_series(1, $1::int) i)`,
    [DATANET_NAMES.length],
  );
}

/**
 * One Datanet of `ownerId` with as many members as there are people, forty labels, `contributions` files of `contributors`
 * people and five rows for each accepted row of the sample.
 */
export async function copyBusyDatanet(client, { sample, ownerId, contributions, contributors }) {
  await copyRows(
    client,
    "datanets",
    "(select * from datanets where id = $1) s",
    {
      id: "pg_temp.id_of('busy')",
      owner_id: "$2::uuid",
      name: "'What is described? Forty kinds of thing, told apart by a great many people'",
      labels: "$3::jsonb",
      policy_hash: "'0x' || pg_temp.hash_of('policy of the busy one')",
      is_sample: "false",
      chain_datanet_id: "999999",
      created_at: "now()",
    },
    [sample, ownerId, JSON.stringify(LABELS)],
  );
  await client.query(
    `insert into datanet_members (datanet_id, account_id, is_validator, is_validator_on_chain, joined_at)
     select pg_temp.id_of('busy'), pg_temp.id_of('person' || i), i % 25 = 0, i % 25 = 0, now() - i * interval '20 minutes'
     from generate_series(1, $1::int) i union all select pg_temp.id_of('busy'), $2::uuid, false, false, now() - interval '1 year'`,
    [PEOPLE.length, ownerId],
  );
  await copyRows(
    client,
    "contributions",
    `(select c.* from contributions c where c.datanet_id = $1 order by c.id limit 1) s cross join generate_series(1, $2::int) i`,
    {
      id: "pg_temp.id_of('contribution' || i)",
      datanet_id: "pg_temp.id_of('busy')",
      contributor_id: "pg_temp.id_of('person' || (1 + i % $3::int))",
      file_name:
        "'definitions-' || to_char(date '2026-01-01' + i / 3, 'YYYY-MM-DD') || '-' || (1 + i % 3) || '.csv'",
      file_sha256: "pg_temp.hash_of('file' || i)",
      submitted_at: "now() - i * interval '2 hours'",
      created_at: "now() - i * interval '2 hours'",
    },
    [sample, contributions, contributors],
  );
  await copyRows(
    client,
    "records",
    `(select r as row, r.id as source, k, row_number() over (order by k, r.id) as n
      from records r cross join generate_series(1, 5) k where r.datanet_id = $1 and r.status = 'accepted') source
     cross join lateral (select (source.row).*) s cross join lateral (select 1 + source.n % $2::int as i) file`,
    {
      id: "pg_temp.id_of('record' || k || source.source)",
      contribution_id: "pg_temp.id_of('contribution' || i)",
      datanet_id: "pg_temp.id_of('busy')",
      contributor_id: "pg_temp.id_of('person' || (1 + i % $3::int))",
      row_number: "1 + source.n / $2::int",
      prompt: "s.prompt || (array['', ', briefly', ', in other words', ', as it is said', ', once more'])[k]",
      answer: "($4::text[])[1 + source.n % 40]",
      row_hash: "pg_temp.hash_of('row' || source.n)",
      salt: "pg_temp.hash_of('salt' || source.n)",
    },
    [sample, contributions, contributors, LABELS],
  );
  await client.query(
    `update contributions c set uploaded_rows = r.n, kept_rows = r.n, parsed_rows = r.n, set_aside_rows = 0
     from (select contribution_id, count(*)::int n from records where datanet_id = pg_temp.id_of('busy') group by 1) r
     where r.contribution_id = c.id`,
  );
}
