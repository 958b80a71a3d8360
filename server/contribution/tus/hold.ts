import type { Hash } from "node:crypto";
import { uploadBusy } from "./problems";

/** A request that is writing to an upload. */
export type Holder = {
  lastByteAt: number;
  /** Ends the request's reading; set while it reads. */
  stop: () => void;
  released: Promise<void>;
};

/** The hash of an upload's first `offset` bytes. */
export type RunningHash = { hash: Hash; offset: number };

type State = { holders: Map<string, Holder>; hashes: Map<string, RunningHash> };
const globals = globalThis as { modelfactoryUploads?: State };
/** Of the process, because each route is bundled apart; there is one web process. */
function state(): State {
  globals.modelfactoryUploads ??= { holders: new Map(), hashes: new Map() };
  return globals.modelfactoryUploads;
}

/** A connection that brought nothing for this long is taken for dead when another one comes. */
const DEAD_AFTER_MS = 3_000;
/** More unfinished uploads than this go on with their hash read from the disk again. */
const MOST_HASHES = 1_000;

/**
 * Does work on an upload while no other request does. A second one that comes is refused, unless the first is dead: a
 * person whose network changed must not wait for the old connection to end. Error: UPLOAD_BUSY (423).
 */
export async function holdUpload<T>(id: string, work: (holder: Holder) => Promise<T>): Promise<T> {
  await stopHolder(id, { onlyDead: true });
  const { holders } = state();
  if (holders.has(id)) throw uploadBusy();
  const { promise, resolve } = withResolvers();
  const holder: Holder = { lastByteAt: Date.now(), stop: () => {}, released: promise };
  holders.set(id, holder);
  try {
    return await work(holder);
  } finally {
    holders.delete(id);
    resolve();
  }
}

/** Waits until the request that writes has ended; one that is alive is left alone with `onlyDead`. */
export async function stopHolder(id: string, { onlyDead = false } = {}): Promise<void> {
  const holder = state().holders.get(id);
  if (!holder || (onlyDead && Date.now() - holder.lastByteAt < DEAD_AFTER_MS)) return;
  holder.stop();
  await holder.released;
}

export function takeHash(id: string, offset: number): Hash | null {
  const { hashes } = state();
  const running = hashes.get(id);
  hashes.delete(id);
  return running?.offset === offset ? running.hash : null;
}

export function keepHash(id: string, running: RunningHash): void {
  const { hashes } = state();
  hashes.set(id, running);
  if (hashes.size > MOST_HASHES) hashes.delete(hashes.keys().next().value!);
}

/** What a restart of the process does. */
export function forgetHashes(): void {
  state().hashes.clear();
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
