import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isSame, sleep, startOf } from "./processes.mjs";

/** Reads a JSON file; null when it is missing or cut short. */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/** Writes a JSON file in one step: a reader sees the old or the new content, never half. */
export function writeJson(file, value, mode = 0o600) {
  const partial = `${file}.${process.pid}.tmp`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode });
  renameSync(partial, file);
}

/**
 * Makes `file` ours by creating it with `{owner: {pid, start}, ...content}`. Only one process can: the file
 * is linked into place whole. A file whose owner has died is handed to `whenStale` and then taken over.
 * @returns {Promise<null | object>} null: it is ours; otherwise the content of the living owner
 */
export async function claim(file, content = {}, whenStale = async () => {}) {
  const mine = `${file}.${process.pid}.claim`;
  writeFileSync(
    mine,
    JSON.stringify({ owner: { pid: process.pid, start: startOf(process.pid) }, ...content }),
    { mode: 0o600 },
  );
  try {
    for (;;) {
      try {
        linkSync(mine, file);
        return null;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const found = readJson(file);
      if (found?.owner && isSame(found.owner)) return found;
      await whenStale(found ?? {});
      discardStale(file, found);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function discardStale(file, found) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    // Another process may have taken over between our look and the rename: then it gets its file back.
    const moved = readJson(aside);
    if (moved?.owner && JSON.stringify(moved.owner) !== JSON.stringify(found?.owner)) linkSync(aside, file);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  }
  rmSync(aside, { force: true });
}

/** Runs `work` while holding `file`; waits for a living holder and tells `onWait` once. */
export async function withLock(file, work, onWait = () => {}) {
  for (let waited = false; ; waited = true) {
    const holder = await claim(file);
    if (!holder) break;
    if (!waited) onWait(holder.owner.pid);
    await sleep(250);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
