import { createHmac } from "node:crypto";
import type { Side } from "@/db/schema/snapshot.constants";
import { type Clusters, clusterRows } from "./cluster";
import { sharedRuns } from "./leaks";
import { apportion, SPLIT_SIZES, testSize, validationSize } from "./sizes";

/** One accepted row. `leaf` is unique per row (64 hex digits); `rowHash` is shared by equal rows. */
export type SplitInput = {
  leaf: string;
  rowHash: string;
  prompt: string;
  answer: string;
  category: string;
  source: string;
};
/** Where a row was in the version before, by leaf. */
export type PreviousPlace = { cluster: string; side: Side; sealed: boolean };
export type SplitOptions = {
  /** Secret per Datanet; from the shell it derives from the files. The same key and rows give the same split. */
  key: string | Uint8Array;
  previous?: ReadonlyMap<string, PreviousPlace>;
  /** Leaves of two rows that ask the same in other words, as their embeddings say. */
  alike?: readonly (readonly [string, string])[];
};

/** Why a row is on no side, in the words of REMOVED_SENTENCES. */
export type RemovedReason =
  | "duplicate_of_test"
  | "near_duplicate_of_test"
  | "same_meaning_as_test"
  | "same_source_as_test"
  | "merged_into_test"
  | "merged_into_validation"
  | "shares_13_words_with_test";

export const REMOVED_SENTENCES: Record<RemovedReason, string> = {
  duplicate_of_test: "The same text is a test question.",
  near_duplicate_of_test: "Almost the same text is a test question.",
  same_meaning_as_test: "It asks the same as a test question, in other words.",
  same_source_as_test: "It comes from the same source as a test question.",
  merged_into_test: "It was trained on before; a new row showed that it belongs with a test question.",
  merged_into_validation: "It was trained on before; a new row showed that it belongs with a validation row.",
  shares_13_words_with_test: "It shares thirteen words in a row with a test question.",
};

export type SplitCounts = {
  train: number;
  validation: number;
  test: number;
  sealed: number;
  removed: number;
  clusters: number;
  removedBy: Record<string, number>;
};
/** What is hashed (splitHash) and committed before training. Both lists ascend by leaf. */
export type SplitManifest = {
  format: "modelfactory.split/1";
  items: { leaf: string; cluster: string; side: "train" | "validation" | "test"; sealed: boolean }[];
  removed: { leaf: string; reason: RemovedReason }[];
  counts: SplitCounts;
};
export type SplitRow = PreviousPlace & { leaf: string; reason: RemovedReason | null };
export type Split = {
  /** In the order of the input. */
  rows: SplitRow[];
  manifest: SplitManifest;
  /** Under 50 test items: no verdict is possible. */
  testTooSmall: boolean;
  links: Clusters["links"];
  ignoredSources: string[];
  boilerplate: number;
};

type Member = SplitInput & { text: string; before: PreviousPlace | undefined };
type Cluster = { id: string; order: string; category: string; members: Member[]; side: Side | null };

/**
 * Splits rows into train, validation and test (attribution.md §1, Split and Filling): clusters never cross sides;
 * per category, clusters in the order of HMAC(key, smallest row hash) fill the test, then validation, then train;
 * a cluster keeps the side it had; the test holds one item per cluster. Depends on the key and on the set of rows,
 * not on their order. Takes about 15 seconds for 50,000 short rows on one core.
 */
export function splitRows(input: readonly SplitInput[], options: SplitOptions): Split {
  const sorted = [...input].sort((a, b) => (a.rowHash + a.leaf < b.rowHash + b.leaf ? -1 : 1));
  const previous = options.previous ?? new Map<string, PreviousPlace>();
  const alike = positionsOf(sorted, options.alike ?? []);
  const found = clusterRows(
    sorted.map((row) => ({ ...row, previousCluster: previous.get(row.leaf)?.cluster })),
    alike,
  );
  const isAlike = new Set(
    alike.flatMap(([a, b]) => [pairKey(sorted[a]!, sorted[b]!), pairKey(sorted[b]!, sorted[a]!)]),
  );
  const hmac = (text: string) => createHmac("sha256", options.key).update(text).digest("hex");
  const clusters = gather(sorted, found, previous, hmac);
  fill(clusters, "test", testSize(clusters.length));
  fill(clusters, "validation", validationSize(clusters.length));

  const places = new Map<string, SplitRow>();
  const testItems: { cluster: Cluster; item: Member }[] = [];
  for (const cluster of clusters) {
    if (cluster.side !== "test") {
      for (const member of cluster.members) place(places, cluster, member, sideOutsideTest(cluster, member));
      continue;
    }
    const item = testItem(cluster, hmac);
    testItems.push({ cluster, item });
    for (const member of cluster.members) {
      if (member !== item) place(places, cluster, member, reasonBesideTest(member, item, isAlike));
    }
  }
  const sealed = seal(testItems, hmac);
  for (const { cluster, item } of testItems) {
    const isSealed = sealed.has(item.leaf);
    places.set(item.leaf, {
      leaf: item.leaf,
      cluster: cluster.id,
      side: "test",
      sealed: isSealed,
      reason: null,
    });
  }
  const boilerplate = removeSharedRuns(sorted, places);
  const rows = input.map((row) => places.get(row.leaf)!);
  const manifest = toManifest(rows, clusters.length);
  return {
    rows,
    manifest,
    testTooSmall: manifest.counts.test < SPLIT_SIZES.testLeast,
    links: found.links,
    ignoredSources: found.ignoredSources,
    boilerplate,
  };
}

const pairKey = (a: { leaf: string }, b: { leaf: string }) => `${a.leaf} ${b.leaf}`;

/** Pairs of leaves by their rows' positions, those of a row that is not here left out. */
function positionsOf(
  sorted: readonly SplitInput[],
  pairs: readonly (readonly [string, string])[],
): [number, number][] {
  const at = new Map(sorted.map(({ leaf }, i) => [leaf, i]));
  return pairs.flatMap(([a, b]) => {
    const [i, j] = [at.get(a), at.get(b)];
    return i === undefined || j === undefined ? [] : [[i, j] as [number, number]];
  });
}

function gather(
  sorted: readonly SplitInput[],
  found: { clusterOf: string[]; texts: string[] },
  previous: ReadonlyMap<string, PreviousPlace>,
  hmac: (text: string) => string,
): Cluster[] {
  const byId = new Map<string, Cluster>();
  sorted.forEach((row, i) => {
    const id = found.clusterOf[i]!;
    let cluster = byId.get(id);
    if (cluster === undefined) {
      // Rows come in ascending order, so the first is the one with the smallest hash.
      cluster = { id, order: hmac(id), category: row.category, members: [], side: null };
      byId.set(id, cluster);
    }
    const before = previous.get(row.leaf);
    cluster.members.push({ ...row, text: found.texts[i]!, before });
  });
  for (const cluster of byId.values()) {
    const sides = new Set(cluster.members.map((member) => member.before?.side));
    cluster.side = (["test", "validation", "train"] as const).find((side) => sides.has(side)) ?? null;
  }
  return [...byId.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
}

/** Fills one side up to `wanted` clusters, per category, from clusters that have no side yet. */
function fill(clusters: readonly Cluster[], side: "test" | "validation", wanted: number): void {
  const count = (chosen: readonly Cluster[]) => {
    const byCategory = new Map<string, number>();
    for (const { category } of chosen) byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
    return byCategory;
  };
  const having = clusters.filter((cluster) => cluster.side === side);
  const free = clusters.filter((cluster) => cluster.side === null);
  const quota = apportion(wanted, count(clusters));
  const has = count(having);
  const open = count(free);
  const missing = new Map(
    [...open].map(([name, there]) => [
      name,
      Math.min(there, Math.max(0, (quota.get(name) ?? 0) - (has.get(name) ?? 0))),
    ]),
  );
  const possible = [...missing.values()].reduce((a, b) => a + b, 0);
  const take = apportion(Math.min(possible, wanted - having.length), missing);
  let rows = having.reduce((sum, cluster) => sum + cluster.members.length, 0);
  for (const cluster of free) {
    const left = take.get(cluster.category) ?? 0;
    if (left === 0) continue;
    if (side === "validation" && rows + cluster.members.length > SPLIT_SIZES.validationMostRows) continue;
    cluster.side = side;
    rows += cluster.members.length;
    take.set(cluster.category, left - 1);
  }
}

const sideOutsideTest = (cluster: Cluster, member: Member): Side | RemovedReason => {
  const side = cluster.side ?? "train";
  return side === "validation" && member.before?.side === "train" ? "merged_into_validation" : side;
};

/** The item that stands for a test cluster: the one that did before, else the first by keyed hash. */
function testItem(cluster: Cluster, hmac: (text: string) => string): Member {
  const before = cluster.members.filter((member) => member.before?.side === "test");
  const from = before.length > 0 ? before : cluster.members;
  if (from.length === 1) return from[0]!;
  return from
    .map((member) => ({ member, order: hmac(member.leaf) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))[0]!.member;
}

function reasonBesideTest(member: Member, item: Member, isAlike: ReadonlySet<string>): RemovedReason {
  if (member.before?.side === "train" || member.before?.side === "validation") return "merged_into_test";
  if (member.text === item.text) return "duplicate_of_test";
  if (member.source !== "" && member.source === item.source) return "same_source_as_test";
  if (isAlike.has(pairKey(member, item))) return "same_meaning_as_test";
  return "near_duplicate_of_test";
}

function place(
  places: Map<string, SplitRow>,
  cluster: Cluster,
  member: Member,
  at: Side | RemovedReason,
): void {
  const isRemoved = at in REMOVED_SENTENCES;
  const side = isRemoved ? "removed" : (at as Side);
  const reason = isRemoved ? (at as RemovedReason) : null;
  places.set(member.leaf, { leaf: member.leaf, cluster: cluster.id, side, sealed: false, reason });
}

/** Leaves of the sealed items: what was sealed stays so, and a third of each category may be shown. */
function seal(
  items: readonly { cluster: Cluster; item: Member }[],
  hmac: (text: string) => string,
): Set<string> {
  const byCategory = new Map<string, number>();
  for (const { cluster } of items)
    byCategory.set(cluster.category, (byCategory.get(cluster.category) ?? 0) + 1);
  const shown = apportion(Math.floor(SPLIT_SIZES.shownShare * items.length), byCategory);
  const order = [...items].map((entry) => ({ ...entry, order: hmac(`shown:${entry.item.leaf}`) }));
  order.sort((a, b) => (a.order < b.order ? -1 : 1));
  const sealed = new Set<string>();
  const left = (category: string) => shown.get(category) ?? 0;
  const spend = (category: string) => shown.set(category, Math.max(0, left(category) - 1));
  const isOld = (item: Member) => item.before?.side === "test";
  for (const { cluster, item } of order.filter((entry) => isOld(entry.item))) {
    if (item.before?.sealed) sealed.add(item.leaf);
    else spend(cluster.category);
  }
  for (const { cluster, item } of order.filter((entry) => !isOld(entry.item))) {
    if (left(cluster.category) > 0) spend(cluster.category);
    else sealed.add(item.leaf);
  }
  return sealed;
}

function removeSharedRuns(sorted: readonly SplitInput[], places: Map<string, SplitRow>): number {
  const side = (row: SplitInput) => places.get(row.leaf)!.side;
  const others = sorted.filter((row) => side(row) === "train" || side(row) === "validation");
  const { positions, boilerplate } = sharedRuns(
    sorted.filter((row) => side(row) === "test"),
    others,
  );
  for (const i of positions) {
    const place = places.get(others[i]!.leaf)!;
    places.set(place.leaf, { ...place, side: "removed", reason: "shares_13_words_with_test" });
  }
  return boilerplate;
}

function toManifest(rows: readonly SplitRow[], clusters: number): SplitManifest {
  const ascending = [...rows].sort((a, b) => (a.leaf < b.leaf ? -1 : 1));
  const items: SplitManifest["items"] = [];
  const removed: SplitManifest["removed"] = [];
  const counts: SplitCounts = {
    train: 0,
    validation: 0,
    test: 0,
    sealed: 0,
    removed: 0,
    clusters,
    removedBy: {},
  };
  for (const { leaf, cluster, side, sealed, reason } of ascending) {
    counts[side] += 1;
    if (side === "removed") {
      removed.push({ leaf, reason: reason! });
      counts.removedBy[reason!] = (counts.removedBy[reason!] ?? 0) + 1;
    } else {
      items.push({ leaf, cluster, side, sealed });
      if (sealed) counts.sealed += 1;
    }
  }
  return { format: "modelfactory.split/1", items, removed, counts };
}
