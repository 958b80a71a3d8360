import type { DatabaseOrTransaction } from "@/db/client";
import type { Actor } from "@/server/context";
import { type Action, can, type Resource, requireCan } from "./can";
import { type KindOfThing, loadResource } from "./facts";

/** Reads what decides, then throws why not; returns what was read. Errors: NOT_FOUND and those of the rule. */
export async function requireAccess(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  action: Action,
  kind: KindOfThing,
  id: string,
): Promise<Resource> {
  const resource = await loadResource(db, actor, kind, id);
  requireCan(actor, action, resource);
  return resource;
}

type Asker = { db: DatabaseOrTransaction; actor: Actor | null };

/** For every read of what a run made. Error: NOT_FOUND. */
export const requireReadableRun = ({ db, actor }: Asker, runId: string) =>
  requireAccess(db, actor, "run.read", "run", runId);

/** For every read of a Datanet and what is in it. Error: NOT_FOUND. */
export const requireReadableDatanet = ({ db, actor }: Asker, datanetId: string) =>
  requireAccess(db, actor, "datanet.read", "datanet", datanetId);

/** For a read of what an adapter page shows to everybody. Error: NOT_FOUND. */
export const requireReadableAdapter = ({ db, actor }: Asker, adapterId: string) =>
  requireAccess(db, actor, "adapter.read", "adapter", adapterId);

/** Whether the asker may see a run: its rows, its questions and the names of its Datanets. */
export async function mayReadRun({ db, actor }: Asker, runId: string): Promise<boolean> {
  return can(actor, "run.read", await loadResource(db, actor, "run", runId)).isAllowed;
}
