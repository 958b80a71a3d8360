import { type SQL, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import type { AccessRule } from "@/db/schema/datanet.constants";
import { type Actor, askerId } from "@/server/context";
import { notFound } from "@/server/errors";
import type { Resource } from "./can";

/** What a kind of thing is in the database: the columns that decide, and the Datanets behind it. */
type Kind = {
  what: Resource["what"];
  /** Of one thing `t`: whose it is and whether it is out. */
  maker: SQL;
  isOut: SQL;
  from: SQL;
  /** Ids of the Datanets behind `t`, as a query. */
  datanets: SQL;
};

const no = sql`false`;
/** A run also stands for its first Datanet, whatever else was recorded of it. */
const datanetsOfRun = (
  runId: SQL,
) => sql`select s.datanet_id from training_run_snapshots s where s.run_id = ${runId}
  union select r.datanet_id from training_runs r where r.id = ${runId}`;

const KINDS = {
  datanet: {
    what: "Datanet",
    from: sql`datanets t`,
    maker: sql`null::uuid`,
    isOut: no,
    datanets: sql`select t.id`,
  },
  contribution: {
    what: "contribution",
    from: sql`contributions t`,
    maker: sql`t.contributor_id`,
    isOut: sql`t.status in ('submitted', 'reviewed')`,
    datanets: sql`select t.datanet_id`,
  },
  record: {
    what: "row",
    from: sql`records t`,
    maker: sql`t.contributor_id`,
    isOut: sql`t.status <> 'draft'`,
    datanets: sql`select t.datanet_id`,
  },
  snapshot: {
    what: "version",
    from: sql`snapshots t`,
    maker: sql`t.created_by_id`,
    isOut: no,
    datanets: sql`select t.datanet_id`,
  },
  run: {
    what: "training run",
    from: sql`training_runs t`,
    maker: sql`t.builder_id`,
    isOut: no,
    datanets: datanetsOfRun(sql`t.id`),
  },
  /** One made elsewhere holds no rows of ours; what it was measured on belongs to that run. */
  adapter: {
    what: "adapter",
    from: sql`adapters t`,
    maker: sql`t.builder_id`,
    isOut: sql`exists (select 1 from publications p
      where p.adapter_id = t.id and p.status in ('included', 'final'))`,
    datanets: sql`select x.datanet_id from (${datanetsOfRun(sql`t.run_id`)}) x where t.origin = 'trained'`,
  },
  comparison: {
    what: "comparison",
    from: sql`comparisons t`,
    maker: sql`t.account_id`,
    isOut: no,
    datanets: sql`select null::uuid where false`,
  },
  judgement: {
    what: "judgement",
    from: sql`judgements t`,
    maker: sql`t.account_id`,
    isOut: no,
    datanets: datanetsOfRun(sql`t.run_id`),
  },
} as const satisfies Record<string, Kind>;
export type KindOfThing = keyof typeof KINDS;

type Row = {
  makerId: string | null;
  isOut: boolean;
  ownerId: string | null;
  readAccess: AccessRule;
  contributeAccess: AccessRule;
  isSample: boolean;
  isValidator: boolean | null;
};

/** What decides about a thing, with what the actor is in each Datanet behind it. Error: NOT_FOUND. */
export async function loadResource(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  kind: KindOfThing,
  id: string,
): Promise<Resource> {
  const { what, from, maker, isOut, datanets }: Kind = KINDS[kind];
  const { rows } = await db.execute<Row>(sql`
    select ${maker} as "makerId", ${isOut} as "isOut", d.owner_id as "ownerId", d.read_access as "readAccess",
      d.contribute_access as "contributeAccess", d.is_sample as "isSample", m.is_validator as "isValidator"
    from ${from}
    left join lateral (${datanets}) behind (id) on true
    left join datanets d on d.id = behind.id
    left join datanet_members m on m.datanet_id = d.id and m.account_id = ${askerId({ actor })}
    where t.id = ${id}`);
  const [first] = rows;
  if (!first) throw notFound(what);
  return {
    what,
    makerId: first.makerId,
    isOut: first.isOut,
    datanets: rows.flatMap(({ ownerId, ...facts }) => (ownerId === null ? [] : [{ ownerId, ...facts }])),
  };
}
