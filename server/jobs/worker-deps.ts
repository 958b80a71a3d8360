import type { Database } from "@/db/client";
import type { Env } from "@/env";
import type { RunnerClient } from "@/server/runner/client";
import type { BlobStore } from "@/server/storage/blob-store";

/** What a job handler or reconciler works with; tests build their own. */
export type WorkerDeps = { db: Database; blobs: BlobStore; runner: RunnerClient; env: Env };
