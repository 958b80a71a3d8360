import type { CrossDropped } from "@/db/schema";
import type { Side } from "@/db/schema/snapshot.constants";
import { clusterRows } from "@/server/snapshot/split/cluster";
import { sharedRuns } from "@/server/snapshot/split/leaks";

type Joinable = {
  rowHash: string;
  prompt: string;
  answer: string;
  source: string;
  cluster: string;
  side: Side;
};

/**
 * Rows of several Datanets as one set whose tests no training row has met: near-duplicates are looked for across all
 * of them, and where a cluster reaches over a border the test keeps its question, then validation, and the row of the
 * other Datanet stays out. A question that two tests share counts once, for the Datanet named first. Rows that share
 * 13 words in a row with another Datanet's test stay out too. Pure; the rows of one Datanet come back as they are.
 */
export function joinRows<Row extends Joinable>(
  groups: readonly (readonly Row[])[],
): { rows: Row[]; dropped: CrossDropped | null } {
  if (groups.length === 1) return { rows: [...groups[0]!], dropped: null };
  const all = groups.flatMap((rows, group) => rows.map((row) => ({ row: { ...row }, group })));
  const { clusterOf } = clusterRows(
    all.map(({ row, group }) => ({
      rowHash: row.rowHash,
      prompt: row.prompt,
      source: row.source,
      previousCluster: `${group}/${row.cluster}`,
    })),
  );
  all.forEach(({ row }, i) => {
    row.cluster = clusterOf[i]!;
  });
  const dropped = { nearDuplicates: 0, sharedRuns: 0, testRepeats: 0 };
  const drop = (row: Row, reason: keyof CrossDropped) => {
    row.side = "removed";
    dropped[reason] += 1;
  };

  const holderOf = (side: Side) => {
    const holders = new Map<string, number>();
    for (const { row, group } of all)
      if (row.side === side && !holders.has(row.cluster)) holders.set(row.cluster, group);
    return holders;
  };
  const testHolder = holderOf("test");
  for (const { row, group } of all) {
    const holder = testHolder.get(row.cluster);
    if (row.side === "removed" || holder === undefined || holder === group) continue;
    drop(row, row.side === "test" ? "testRepeats" : "nearDuplicates");
  }
  const validationHolder = holderOf("validation");
  for (const { row, group } of all) {
    const holder = validationHolder.get(row.cluster);
    if ((row.side === "train" || row.side === "validation") && holder !== undefined && holder !== group)
      drop(row, "nearDuplicates");
  }

  groups.forEach((_, group) => {
    const test = all.filter((item) => item.group === group && item.row.side === "test");
    const others = all.filter(
      (item) => item.group !== group && (item.row.side === "train" || item.row.side === "validation"),
    );
    const { positions } = sharedRuns(
      test.map(({ row }) => row),
      others.map(({ row }) => row),
    );
    for (const position of positions) drop(others[position]!.row, "sharedRuns");
  });
  return { rows: all.map(({ row }) => row), dropped };
}
