import { describe, expect, it } from "vitest";
import { EXPORT_STATUSES, EXPORT_TRANSITIONS } from "./adapter.constants";
import { TRANSACTION_STATUSES, TRANSACTION_TRANSITIONS } from "./chain.constants";
import { CONTRIBUTION_STATUSES, CONTRIBUTION_TRANSITIONS } from "./contribution.constants";
import { PUBLICATION_STATUSES, PUBLICATION_TRANSITIONS } from "./publication.constants";
import { SNAPSHOT_STATUSES, SNAPSHOT_TRANSITIONS } from "./snapshot.constants";
import { TASK_STATUSES, TASK_TRANSITIONS } from "./task.constants";
import { TRAINING_RUN_STATUSES, TRAINING_RUN_TRANSITIONS } from "./training-run.constants";

type Table = {
  name: string;
  statuses: readonly string[];
  moves: Record<string, readonly string[]>;
  ends: string[];
  /** Where rows of another kind begin, besides the first state. */
  begins?: string[];
};
const tables: Table[] = [
  {
    name: "contribution",
    statuses: CONTRIBUTION_STATUSES,
    moves: CONTRIBUTION_TRANSITIONS,
    ends: [],
  },
  { name: "snapshot", statuses: SNAPSHOT_STATUSES, moves: SNAPSHOT_TRANSITIONS, ends: ["frozen", "failed"] },
  {
    name: "training run",
    statuses: TRAINING_RUN_STATUSES,
    moves: TRAINING_RUN_TRANSITIONS,
    ends: ["succeeded", "failed", "cancelled"],
    // A trace is one stage.
    begins: ["tracing"],
  },
  { name: "publication", statuses: PUBLICATION_STATUSES, moves: PUBLICATION_TRANSITIONS, ends: ["final"] },
  { name: "task", statuses: TASK_STATUSES, moves: TASK_TRANSITIONS, ends: [] },
  { name: "export", statuses: EXPORT_STATUSES, moves: EXPORT_TRANSITIONS, ends: ["ready"] },
  {
    name: "transaction",
    statuses: TRANSACTION_STATUSES,
    moves: TRANSACTION_TRANSITIONS,
    ends: ["final", "reverted", "replaced"],
  },
];

function reachable(table: Table): Set<string> {
  const seen = new Set<string>();
  const walk = (status: string) => {
    if (seen.has(status)) return;
    seen.add(status);
    for (const next of table.moves[status] ?? []) walk(next);
  };
  for (const status of [table.statuses[0]!, ...(table.begins ?? [])]) walk(status);
  return seen;
}

describe.each(tables)("states of a $name", (table) => {
  it("are all reachable from where rows begin, and lead only to known ones", () => {
    expect([...reachable(table)].sort()).toEqual([...table.statuses].sort());
  });

  it("end exactly where the table says", () => {
    expect(table.statuses.filter((status) => table.moves[status]?.length === 0)).toEqual(table.ends);
  });
});
