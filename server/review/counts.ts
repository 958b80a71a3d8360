import { sql } from "drizzle-orm";
import type { Database, DatabaseOrTransaction } from "@/db/client";
import { accountArray } from "./reviewers";
import { UNDO_WINDOW_MS } from "./schemas";
import { ADJUDICATED } from "./settle";

export type QueueCounts = {
  /** Rows in the queue that this person may decide on, and those of them that others hold just now. */
  waiting: number;
  claimedByOthers: number;
  /** Rows in the queue that this person contributed. */
  own: number;
  /** Rows that this person decided on and that wait for a second person. */
  second: number;
  /** Disputed rows that this person may settle, and those that they disagree on themselves. */
  disputed: number;
  disputedByMe: number;
  decided: number;
  decidedByMe: number;
  /** Decisions of this person that can still be taken back. */
  young: number;
};

/**
 * The queue as a person (`me`, one of their accounts `mine`) sees it, or a visitor, who has none. While a decision can be taken back, it counts as
 * one more row decided, whatever became of it: else the number would tell that the other validator saw the row
 * differently, or that its answer is known, in time to change one's mind.
 */
export async function countQueue(
  db: Database,
  datanetId: string,
  me: string,
  mine: readonly string[],
): Promise<QueueCounts> {
  const isVisitor = mine.length === 0;
  const [all, done] = await Promise.all([
    totalsOf(db, datanetId),
    isVisitor ? NOTHING_DONE : countDone(db, datanetId, me, mine),
  ]);
  const own = { open: 0, disputed: 0 };
  for (const id of mine) {
    own.open += all.from.get(id)?.open ?? 0;
    own.disputed += all.from.get(id)?.disputed ?? 0;
  }
  return {
    waiting: Math.max(0, all.open - own.open - done.notOpen - done.youngKnown),
    claimedByOthers: done.claimedByOthers,
    own: own.open + own.disputed,
    second: done.second,
    disputed: Math.max(0, all.disputed - own.disputed - done.notDisputed),
    disputedByMe: done.disputed,
    decided: all.decided + done.youngOpen,
    decidedByMe: done.all,
    young: done.young,
  };
}

type Waiting = { open: number; disputed: number };
/** `from`: by contributor. The same for everyone who asks. */
type Totals = Waiting & { from: ReadonlyMap<string, Waiting>; decided: number };

/** In a queue as long as this nobody misses a row that was decided a second ago, and counting it takes longest. */
const LONG_QUEUE = 5_000;
const REUSED_MS = 2_000;
type Reused = { totals: Totals; until: number };
const reused = new WeakMap<Database, Map<string, Reused>>();

async function totalsOf(db: Database, datanetId: string): Promise<Totals> {
  const known = reused.get(db) ?? new Map<string, Reused>();
  reused.set(db, known);
  const last = known.get(datanetId);
  if (last && last.until > Date.now()) return last.totals;
  // While one asks anew, the others go on with the last answer.
  if (last) last.until = Date.now() + REUSED_MS;
  const totals = await readTotals(db, datanetId);
  if (totals.open < LONG_QUEUE) known.delete(datanetId);
  else known.set(datanetId, { totals, until: Date.now() + REUSED_MS });
  return totals;
}

async function readTotals(db: DatabaseOrTransaction, datanetId: string): Promise<Totals> {
  const { rows } = await db.execute<{ from: string | null; open: number; disputed: number }>(sql`
    select contributor_id as "from", (count(*) filter (where reviews_wanted < ${ADJUDICATED}))::int as open,
      (count(*) filter (where reviews_wanted >= ${ADJUDICATED}))::int as disputed
    from records where datanet_id = ${datanetId} and status = 'pending' group by contributor_id
    union all
    select null, count(*)::int, 0
    from records where datanet_id = ${datanetId} and status in ('accepted', 'rejected', 'sent_back')`);
  const from = new Map<string, Waiting>();
  const totals = { open: 0, disputed: 0, decided: 0, from };
  for (const { from: contributorId, open, disputed } of rows) {
    if (contributorId === null) totals.decided = open;
    else {
      from.set(contributorId, { open, disputed });
      totals.open += open;
      totals.disputed += disputed;
    }
  }
  return totals;
}

type Done = {
  all: number;
  second: number;
  disputed: number;
  young: number;
  youngOpen: number;
  youngKnown: number;
  /** Rows of others that wait, for a second decision or a third, and that this person decided on. */
  notOpen: number;
  notDisputed: number;
  claimedByOthers: number;
};

/** What others hold matters to who could take it. */
const NOTHING_DONE: Done = {
  all: 0,
  second: 0,
  disputed: 0,
  young: 0,
  youngOpen: 0,
  youngKnown: 0,
  notOpen: 0,
  notDisputed: 0,
  claimedByOthers: 0,
};

/** What this person decided on, which is little beside what waits. */
async function countDone(
  db: DatabaseOrTransaction,
  datanetId: string,
  me: string,
  mine: readonly string[],
): Promise<Done> {
  const isOwn = sql`(contributor_id = any(${accountArray(mine)}))`;
  const isYoung = sql`(v.created_at > now() - make_interval(secs => ${UNDO_WINDOW_MS / 1000}::float8))`;
  const isOpen = sql`(status = 'pending' and reviews_wanted < ${ADJUDICATED})`;
  const isDisputed = sql`(status = 'pending' and reviews_wanted >= ${ADJUDICATED})`;
  const { rows } = await db.execute<Done>(sql`
    with by_person as materialized (
      select r.id, r.status, r.contributor_id, r.reviews_wanted, bool_or(v.validator_id = ${me}) as is_mine,
        bool_or(${isYoung}) as is_young
      from reviews v join records r on r.id = v.record_id
      where v.validator_id = any(${accountArray(mine)}) and r.datanet_id = ${datanetId} and v.basis = 'read'
      group by r.id
    )
    select (count(*) filter (where is_mine))::int as all,
      (count(*) filter (where ${isOpen} and not is_young))::int as second,
      (count(*) filter (where ${isDisputed} and not is_young))::int as disputed,
      (count(*) filter (where is_young))::int as young,
      (count(*) filter (where is_young and status in ('pending', 'known')))::int as "youngOpen",
      (count(*) filter (where is_young and status = 'known'))::int as "youngKnown",
      (count(*) filter (where ${isOpen} and not ${isOwn}))::int as "notOpen",
      (count(*) filter (where ${isDisputed} and not ${isOwn}))::int as "notDisputed",
      (select count(*) from review_claims c join records r on r.id = c.record_id
        where c.datanet_id = ${datanetId} and c.validator_id <> ${me} and c.expires_at > now()
          and ${isOpen} and not ${isOwn} and not exists (select 1 from by_person b where b.id = r.id)
      )::int as "claimedByOthers"
    from by_person`);
  return rows[0]!;
}
