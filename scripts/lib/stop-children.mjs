import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { readJson } from "./lock.mjs";
import { inspect, stopGroup } from "./processes.mjs";

/**
 * Stops the children of a supervisor's state, phase by phase, and after the phase of `stopPhase` 1 (the runner's)
 * the processes that its run folders name. Touches only processes whose start time is the recorded one.
 * @param {{children?: object[], runFolders?: string[]}} state
 * @param {{maxGraceMs?: number}} options
 * @returns {Promise<string[]>} the names of what was still alive
 */
export async function stopChildren(
  { children = [], runFolders = [] },
  { maxGraceMs = Number.POSITIVE_INFINITY },
) {
  const stopped = [];
  const phases = [...new Set([...children.map((each) => each.stopPhase ?? 0), 1])].sort((a, b) => a - b);
  for (const phase of phases) {
    const stops = children
      .filter((each) => (each.stopPhase ?? 0) === phase)
      .map(async (each) => {
        const result = await stopGroup({ ...each, graceMs: Math.min(each.graceMs ?? 6000, maxGraceMs) });
        if (result !== "gone") stopped.push(each.name);
      });
    await Promise.all(stops);
    // Only now: a living runner would take the end of a training process for a crash and start it again.
    if (phase === 1) stopped.push(...(await stopRuns(runFolders)));
  }
  return stopped;
}

/**
 * Ends the processes that `FOLDER/<run>/pid.json` name ({pid, create_time in Unix seconds}), with their groups.
 * SIGKILL on purpose: SIGTERM asks a run to finish early and keep its best, but these are to resume later.
 */
export async function stopRuns(folders) {
  const stopped = [];
  for (const folder of folders) {
    for (const run of entries(folder)) {
      const found = recordedProcess(readJson(resolve(folder, run, "pid.json")));
      if (!found) continue;
      await stopGroup({ ...found, signal: "SIGKILL", graceMs: 3000 });
      stopped.push(`run ${run}`);
    }
  }
  return stopped;
}

const START_TOLERANCE_SECONDS = 1.5;

/** The living process of a pid.json, or null when it is gone or the number belongs to another one. */
function recordedProcess(record) {
  const since = record?.create_time;
  const found = inspect(record?.pid);
  const isSame =
    typeof since === "number" && Math.abs((found?.startedAt ?? 0) - since) <= START_TOLERANCE_SECONDS;
  return found && isSame ? found : null;
}

function entries(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
