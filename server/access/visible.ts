import { type SQL, sql } from "drizzle-orm";
import { type Actor, askerId } from "@/server/context";

/** What stands in the place of a private Datanet's name, for who may not read it. */
export const PRIVATE_NAME = "A private Datanet";

/** The relation "reader" of `can.ts` as a condition on a row `d` of datanets, for lists. A test holds the two together. */
const reads = (actor: Actor | null) => sql`(d.read_access = 'everyone' or d.owner_id = ${askerId({ actor })}
  or exists (select 1 from datanet_members m where m.datanet_id = d.id and m.account_id = ${askerId({ actor })}))`;

/** Named with its table: within a subquery drizzle leaves that out of a query on one table. */
const OWN = {
  datanet: sql`"datanets"."id"`,
  run: sql`"training_runs"."id"`,
  ofAdapter: sql`"adapters"."run_id"`,
};

/** Datanets that the actor may read. */
export const isReadableDatanet = (actor: Actor | null, id: SQL = OWN.datanet): SQL<boolean> =>
  sql`exists (select 1 from datanets d where d.id = ${id} and ${reads(actor)})`;

/** Runs of which the actor may read every Datanet. */
export const isReadableRun = (actor: Actor | null, id: SQL = OWN.run): SQL<boolean> =>
  sql`not exists (select 1 from datanets d where d.id in (
    select s.datanet_id from training_run_snapshots s where s.run_id = ${id}
    union select r.datanet_id from training_runs r where r.id = ${id}) and not ${reads(actor)})`;

/** Adapters whose run the actor may read, or that have none: what it measured and was made from may be shown. */
export const hasReadableRun = (actor: Actor | null): SQL<boolean> => isReadableRun(actor, OWN.ofAdapter);

/** Adapters that exist for the actor: whose rows they may read, that were made elsewhere, or that are published. */
export const isReadableAdapter = (actor: Actor | null): SQL<boolean> =>
  sql`(${hasReadableRun(actor)} or "adapters"."origin" = 'imported' or exists (select 1 from publications p
    where p.adapter_id = "adapters"."id" and p.status in ('included', 'final')))`;
