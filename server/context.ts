import { createDatabase, createPool, type Database } from "@/db/client";
import { env } from "@/env";
import { type BlobStore, FolderBlobStore } from "@/server/storage/blob-store";

/** Who is asking. Null is a visitor: everything public is readable with no wallet. */
export type Actor = { accountId: string; address: `0x${string}`; sessionHash: string };

/** What every verb gets: the database, the files, the actor. Tests build their own. */
export type Context = { db: Database; blobs: BlobStore; actor: Actor | null; requestId: string };

type Shared = { db: Database; blobs: BlobStore };
const globals = globalThis as { modelfactoryShared?: Shared };

/** One pool per process, also across reloads in development. */
export function shared(): Shared {
  globals.modelfactoryShared ??= {
    db: createDatabase(createPool(env().DATABASE_URL)),
    blobs: new FolderBlobStore(`${env().DATA_DIR}/blobs`),
  };
  return globals.modelfactoryShared;
}
