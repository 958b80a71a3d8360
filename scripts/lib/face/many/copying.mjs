/** Ids that are the same in every app and valid as such: version 4 in form. */
const ID_OF = `create or replace function pg_temp.id_of(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '4' from 13 for 1) placing '8' from 17 for 1)::uuid $$`;
const HASH_OF = `create or replace function pg_temp.hash_of(name text) returns text language sql immutable as $$
  select encode(sha256(name::bytea), 'hex') $$`;

/** Makes `pg_temp.id_of(name)` and `pg_temp.hash_of(name)` for this connection. */
export async function prepareCopying(client) {
  await client.query(ID_OF);
  await client.query(HASH_OF);
}

/**
 * Copies rows of a table: `from` is the rest of a select whose source row is called `s` (and, for many, `i`), `set` what
 * differs, as SQL by column. Whatever the table has besides is copied as it is.
 */
export async function copyRows(client, table, from, set, values = []) {
  const pairs = Object.entries(set).map(([column, expression]) => `'${column}', ${expression}`);
  await client.query(
    `insert into ${table} select copy.* from ${from}
     cross join lateral jsonb_populate_record(null::${table}, to_jsonb(s) || jsonb_build_object(${pairs.join(", ")})) copy`,
    values,
  );
}

/** A whole number from 0 to `below`, always the same for the same name. */
export const pick = (name, below) => {
  let hash = 2_166_136_261;
  for (const letter of String(name)) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619);
  return (hash >>> 8) % below;
};
