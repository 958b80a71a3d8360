import { and, desc, eq, ilike, inArray, notInArray } from "drizzle-orm";
import type { z } from "zod";
import { datanetMembers, datanets, snapshots } from "@/db/schema";
import { isReadableDatanet } from "@/server/access/visible";
import type { Context } from "@/server/context";
import { AppError } from "@/server/errors";
import type { JoinableInput } from "./schemas";
import { checkSources, loadReadableSources, type Source } from "./sources";

const MOST_LISTED = 20;
/** Versions looked at; the newest Datanets come first. */
const MOST_READ = 200;

/**
 * Other Datanets with a frozen version, the newest version first in each, those that go together with the chosen ones
 * first. `problem` says why one does not, in the words in which a run would be refused.
 */
export async function listJoinable(ctx: Context, input: z.output<typeof JoinableInput>) {
  const chosen = await loadReadableSources(ctx, input.snapshotIds);
  const pattern = `%${input.search.replace(/[\\%_]/g, "\\$&")}%`;
  const found = await ctx.db
    .select({ snapshot: snapshots, datanet: datanets })
    .from(snapshots)
    .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
    .where(
      and(
        eq(snapshots.status, "frozen"),
        isReadableDatanet(ctx.actor),
        notInArray(
          datanets.id,
          chosen.map(({ datanet }) => datanet.id),
        ),
        input.search ? ilike(datanets.name, pattern) : undefined,
      ),
    )
    .orderBy(desc(datanets.createdAt), desc(snapshots.number))
    .limit(MOST_READ);
  const groups = new Map<string, Source[]>();
  for (const source of found)
    groups.set(source.datanet.id, [...(groups.get(source.datanet.id) ?? []), source]);
  const open = await trainableIds(
    ctx,
    [...groups.values()].map(([newest]) => newest!.datanet),
  );
  const items = [...groups.values()].map((versions) => {
    const { datanet } = versions[0]!;
    return {
      datanetId: datanet.id,
      name: datanet.name,
      licence: datanet.licence,
      isMember: open.has(datanet.id),
      versions: versions.map(({ snapshot }) => ({
        snapshotId: snapshot.id,
        number: snapshot.number,
        train: snapshot.split?.train ?? 0,
        test: snapshot.split?.test ?? 0,
      })),
      problem: problemOf([...chosen, versions[0]!]),
    };
  });
  items.sort((a, b) => Number(a.problem !== null) - Number(b.problem !== null));
  return { items: items.slice(0, MOST_LISTED), total: items.length };
}

/** Why these cannot be trained on together; null when they can. */
function problemOf(sources: Source[]): string | null {
  try {
    checkSources(sources);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.message;
  }
}

/** Those of these Datanets that the actor may train on, by id: joined, owned, or a sample. */
export async function trainableIds(ctx: Context, all: readonly Source["datanet"][]): Promise<Set<string>> {
  const { actor } = ctx;
  if (!actor || all.length === 0) return new Set();
  const rows = await ctx.db
    .select({ id: datanetMembers.datanetId })
    .from(datanetMembers)
    .where(
      and(
        eq(datanetMembers.accountId, actor.accountId),
        inArray(
          datanetMembers.datanetId,
          all.map(({ id }) => id),
        ),
      ),
    );
  const joined = new Set(rows.map(({ id }) => id));
  const isOpen = (datanet: Source["datanet"]) =>
    datanet.isSample || datanet.ownerId === actor.accountId || joined.has(datanet.id);
  return new Set(all.filter(isOpen).map(({ id }) => id));
}
