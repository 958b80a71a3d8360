import { createDatabase, createPool, type Database } from "@/db/client";
import { env } from "@/env";
import { type BlobStore, FolderBlobStore } from "@/server/storage/blob-store";

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
